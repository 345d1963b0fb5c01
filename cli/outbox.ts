/** What is pushed into it, as a stream that can be sent. For one reader. */
export function createOutbox<T>() {
  const waiting: T[] = [];
  let ended = false;
  let wake = () => {};
  return {
    push(value: T): void {
      waiting.push(value);
      wake();
    },
    end(): void {
      ended = true;
      wake();
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<T> {
      for (;;) {
        while (waiting.length > 0) yield waiting.shift()!;
        if (ended) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
