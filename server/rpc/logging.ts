import { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import { type CallScope, callScope } from "./call-scope.ts";
import { addressKey, callerKey, clientLeft, requestIdKey } from "./context.ts";
import { explained, toConnectError } from "./errors.ts";

type Call = Pick<HandlerContext, "method" | "values">;

/** Writes the one line that the log has of each call. Never a text or a secret. */
export function logCall(log: Log, { method, values }: Call, start: number, error?: ConnectError) {
  const failed = error?.code === Code.Internal && !(error.cause instanceof AppError);
  log[failed ? "error" : "info"](
    {
      requestId: values.get(requestIdKey),
      method: `${method.parent.typeName}/${method.name}`,
      code: error === undefined ? "ok" : codeToString(error.code),
      ms: Math.round((performance.now() - start) * 10) / 10,
      user: values.get(callerKey)?.user.id,
      address: values.get(addressKey),
    },
    "call",
  );
}

const logged = new WeakSet<Error>();

export const wasLogged = (error: Error): boolean => logged.has(error);

/** Logs each call when it has ended and turns errors into those of the wire, within streams too. */
export function createCallInterceptor(log: Log): Interceptor {
  return (next) => async (request) => {
    const start = performance.now();
    const call = { method: request.method, values: request.contextValues };
    const scope = callScope(request);
    const fail = (thrown: unknown) => {
      const error = toConnectError(scope.told(thrown), call.values.get(requestIdKey), log);
      logCall(log, call, start, error);
      logged.add(error);
      return error;
    };
    try {
      const response = await scope.run(() =>
        next(request.stream ? { ...request, message: readable(request.message) } : request),
      );
      if (!response.stream) {
        logCall(log, call, start);
        return response;
      }
      return {
        ...response,
        message: watch(response.message, scope, () => logCall(log, call, start), fail),
      };
    } catch (thrown) {
      throw fail(thrown);
    }
  };
}

/** The messages of a client's stream; what makes them unreadable is told as ours. */
function readable<T>(stream: AsyncIterable<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const inner = stream[Symbol.asyncIterator]();
      const explain = (thrown: unknown) =>
        Promise.reject(thrown instanceof ConnectError ? explained(thrown) : thrown);
      return {
        next: () => inner.next().catch(explain),
        return: async (value?: unknown) =>
          (await inner.return?.(value)) ?? { done: true as const, value: undefined },
      };
    },
  };
}

// Not a generator: one more of those costs several turns of the microtask queue for each message.
function watch<T>(
  stream: AsyncIterable<T>,
  scope: CallScope,
  end: () => void,
  fail: (thrown: unknown) => unknown,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const inner = stream[Symbol.asyncIterator]();
      let ended = false;
      return {
        async next() {
          try {
            const result = await scope.run(() => inner.next());
            if (result.done === true && !ended) {
              ended = true;
              end();
            }
            return result;
          } catch (thrown) {
            ended = true;
            throw fail(thrown);
          }
        },
        // Only a client that went away leaves the loop in any other way.
        async return(value?: unknown) {
          if (!ended) fail(clientLeft());
          ended = true;
          await inner.return?.(value);
          return { done: true as const, value: undefined };
        },
      };
    },
  };
}
