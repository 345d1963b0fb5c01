import type { ReplyStep } from "../reply-run.ts";

/** Lets the title of a chat, which comes after the end of a reply, come between whatever follows. */
export function createTitleWatch() {
  let coming: Promise<{ title: ReplyStep | undefined }> | undefined;
  let told = false;

  function* tell(title: ReplyStep | undefined): Generator<ReplyStep> {
    coming = undefined;
    if (title === undefined || told) return;
    told = true;
    yield title;
  }

  return {
    /** What is left of a reply's steps after its end is the title, if there will be one. */
    expect(steps: AsyncIterator<ReplyStep, void>) {
      if (coming !== undefined) return void steps.return?.();
      coming = steps.next().then(
        ({ done, value }) => ({ title: done === true ? undefined : value }),
        () => ({ title: undefined }),
      );
    },

    /** Waits for some work and yields the title when that is there first. */
    async *during<T>(work: Promise<T>): AsyncGenerator<ReplyStep, T> {
      // Whoever leaves at a title does not come back for the work.
      work.catch(() => undefined);
      while (coming !== undefined) {
        const first = await Promise.race([work.then(() => undefined), coming]);
        if (first === undefined) break;
        yield* tell(first.title);
      }
      return work;
    },

    /** The title, when nothing else is to come. */
    async *rest(): AsyncGenerator<ReplyStep, void> {
      if (coming !== undefined) yield* tell((await coming).title);
    },
  };
}
