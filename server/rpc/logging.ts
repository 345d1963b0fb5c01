import {
  Code,
  type ConnectError,
  type HandlerContext,
  type Interceptor,
} from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import type { Log } from "../log.ts";
import { addressKey, callerKey, clientLeft, requestIdKey } from "./context.ts";
import { toConnectError } from "./errors.ts";

type Call = Pick<HandlerContext, "method" | "values">;

/** Writes the one line that the log has of each call. Never a text or a secret. */
export function logCall(log: Log, { method, values }: Call, start: number, error?: ConnectError) {
  const failed = error !== undefined && error.code === Code.Internal;
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

/** Logs each call when it has ended and turns errors into those of the wire, within streams too. */
export function createCallInterceptor(log: Log): Interceptor {
  return (next) => async (request) => {
    const start = performance.now();
    const call = { method: request.method, values: request.contextValues };
    const fail = (thrown: unknown) => {
      const error = toConnectError(thrown, call.values.get(requestIdKey), log);
      logCall(log, call, start, error);
      return error;
    };
    try {
      const response = await next(request);
      if (!response.stream) {
        logCall(log, call, start);
        return response;
      }
      return {
        ...response,
        message: watch(response.message, () => logCall(log, call, start), fail),
      };
    } catch (thrown) {
      throw fail(thrown);
    }
  };
}

// Not a generator: one more of those costs several turns of the microtask queue for each message.
function watch<T>(
  stream: AsyncIterable<T>,
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
            const result = await inner.next();
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
