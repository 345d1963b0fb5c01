/** A queue between a producer that calls and a consumer that iterates; it ends or fails once. */
export function createChannel<T>() {
  const items: T[] = [];
  let outcome: { error?: unknown } | undefined;
  let wake = () => {};
  return {
    push(item: T) {
      items.push(item);
      wake();
    },
    end(result: { error?: unknown } = {}) {
      outcome ??= result;
      wake();
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<T> {
      for (;;) {
        while (items.length > 0) yield items.shift()!;
        if (outcome !== undefined) break;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      if (outcome.error !== undefined) throw outcome.error;
    },
  };
}
