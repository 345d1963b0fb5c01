import { isUnavailable } from "#db/failure.ts";
import type { Replicas } from "#db/replicas.ts";
import type { Interceptor } from "@connectrpc/connect";
import { isRead } from "./call-scope.ts";
import { callerKey } from "./context.ts";

/** Notes who has written, before they hear of it, so that they read no replica that has not got it yet. */
export function createWriteNotes(replicas: Pick<Replicas, "wrote">): Interceptor {
  return (next) => async (request) => {
    const user = request.contextValues.get(callerKey)?.user;
    if (user === undefined || isRead(request.method)) return next(request);
    const note = () => replicas.wrote(user.id);
    const noting = <T>(step: Promise<T>) => noted(step, note);
    if (!request.stream) return noting(next(request));
    const response = await next(request);
    if (!response.stream) return response;
    return { ...response, message: eachStep(response.message, noting) };
  };
}

/** Notes a write after a step that may have stored something. */
function noted<T>(step: Promise<T>, note: () => void): Promise<T> {
  return step.then(
    (result) => {
      note();
      return result;
    },
    (error: unknown) => {
      // What the database did not take was not promised to anybody, and reading should go on.
      if (!isUnavailable(error)) note();
      throw error;
    },
  );
}

function eachStep<T>(
  stream: AsyncIterable<T>,
  noting: <R>(step: Promise<R>) => Promise<R>,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const inner = stream[Symbol.asyncIterator]();
      return {
        next: () => noting(inner.next()),
        return: async (value?: unknown) =>
          (await inner.return?.(value)) ?? { done: true as const, value: undefined },
      };
    },
  };
}
