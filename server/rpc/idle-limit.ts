import { AppError } from "../errors.ts";

/**
 * The same client stream, which fails with STREAM_IDLE when it is waited for and silent for `limit`
 * ms. Time in which nobody asks for the next message does not count.
 */
export function withIdleLimit<T>(stream: AsyncIterable<T>, limit: number): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const inner = stream[Symbol.asyncIterator]();
      // Not awaited: a stream that is silent ends only with its request.
      const leave = () => void Promise.resolve(inner.return?.()).catch(() => {});
      return {
        async next() {
          const { promise: silence, reject } = Promise.withResolvers<never>();
          const timer = setTimeout(() => reject(streamIdle(limit)), limit);
          const next = inner.next();
          try {
            return await Promise.race([next, silence]);
          } catch (error) {
            next.catch(() => {});
            leave();
            throw error;
          } finally {
            clearTimeout(timer);
          }
        },
        async return(value?: unknown) {
          leave();
          return { done: true as const, value };
        },
      };
    },
  };
}

function streamIdle(limit: number) {
  const seconds = String(limit / 1000);
  return new AppError("STREAM_IDLE", `The stream sent nothing for ${seconds} seconds.`, {
    metadata: { limit: seconds },
  });
}
