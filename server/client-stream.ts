import { AppError } from "./errors.ts";

type Limits = {
  signal: AbortSignal;
  /** How long the client may be silent, in milliseconds. */
  idle: number;
  /** How many messages it may send. */
  most: number;
};

/**
 * What a client streams, until it has no more. Fails with the signal's reason, with STREAM_IDLE, or
 * with STREAM_TOO_LONG, also while a message is waited for.
 */
export async function* readClientStream<T>(
  stream: AsyncIterable<T>,
  { signal, idle, most }: Limits,
): AsyncGenerator<T> {
  const messages = stream[Symbol.asyncIterator]();
  // One listener and one timer for all messages: there may be a million of them.
  let fail: (reason: unknown) => void = () => {};
  const aborted = () => fail(signal.reason);
  const timer = setTimeout(() => fail(streamIdle(idle)), idle);
  signal.addEventListener("abort", aborted);
  try {
    for (let count = 0; ; count += 1) {
      signal.throwIfAborted();
      timer.refresh();
      const result = await new Promise<IteratorResult<T>>((resolve, reject) => {
        fail = reject;
        messages.next().then(resolve, reject);
      });
      if (result.done === true) return;
      if (count === most) throw streamTooLong(most);
      yield result.value;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", aborted);
  }
}

function streamIdle(idle: number) {
  const seconds = String(idle / 1000);
  const words = `The client's stream was silent for ${seconds} seconds.`;
  return new AppError("STREAM_IDLE", words, { metadata: { limit: seconds } });
}

function streamTooLong(most: number) {
  return new AppError("STREAM_TOO_LONG", `A stream may hold ${most} messages.`, {
    metadata: { limit: String(most) },
  });
}
