import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type Interceptor } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { callScope } from "./call-scope.ts";
import { callTraceKey } from "./call-trace.ts";
import { addressKey, callerKey, clientLeft, requestIdKey, startKey } from "./context.ts";
import { explained, toConnectError } from "./errors.ts";

type Call = Pick<HandlerContext, "method" | "values">;
/** Where it is kept how calls went. */
export type CallDeps = { log: Log; metrics: Metrics };

/** Keeps how a call went: in the one line that the log has of it, never with a text or a secret. */
export function endCall(
  { log, metrics }: CallDeps,
  { method, values }: Call,
  error?: ConnectError,
) {
  const failed = error?.code === Code.Internal && !(error.cause instanceof AppError);
  const code = error === undefined ? "ok" : codeToString(error.code);
  const trace = values.get(callTraceKey);
  const ms = performance.now() - values.get(startKey);
  metrics.calls.ended(nameOf(method), code, ms);
  trace.end(code);
  log[failed ? "error" : "info"](
    {
      requestId: values.get(requestIdKey),
      traceId: trace.id,
      method: nameOf(method),
      code,
      ms: Math.round(ms * 10) / 10,
      user: values.get(callerKey)?.user.id,
      address: values.get(addressKey),
    },
    "call",
  );
}

const names = new WeakMap<DescMethod, string>();

/** Made once for each method: a string that is known costs the log and the metrics less than a new one. */
function nameOf(method: DescMethod): string {
  let name = names.get(method);
  if (name === undefined) names.set(method, (name = `${method.parent.typeName}/${method.name}`));
  return name;
}

const logged = new WeakSet<Error>();

export const wasLogged = (error: Error): boolean => logged.has(error);

type Run = <T>(task: () => T) => T;

/** Logs each call when it has ended and turns errors into those of the wire, within streams too. */
export function createCallInterceptor(deps: CallDeps): Interceptor {
  return (next) => async (request) => {
    const call = { method: request.method, values: request.contextValues };
    const scope = callScope(request);
    const trace = call.values.get(callTraceKey);
    const run: Run = (task) => trace.run(() => scope.run(task));
    if (request.stream) deps.metrics.calls.opened(nameOf(request.method), request.signal);
    const fail = (thrown: unknown) => {
      const error = toConnectError(scope.told(thrown), call.values.get(requestIdKey), deps.log);
      endCall(deps, call, error);
      logged.add(error);
      return error;
    };
    try {
      const response = await run(() =>
        next(request.stream ? { ...request, message: readable(request.message) } : request),
      );
      if (!response.stream) {
        endCall(deps, call);
        return response;
      }
      return {
        ...response,
        message: watch(response.message, run, () => endCall(deps, call), fail),
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
  run: Run,
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
            const result = await run(() => inner.next());
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
