import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { Log } from "../log.ts";
import { toConnectError } from "./errors.ts";
import { logCall } from "./logging.ts";

/**
 * Gives our form to the errors that Connect makes of a request that cannot be read, is too large or
 * too late. No interceptor sees most of them; but Connect hands each error to `abort` just before
 * it sends it.
 */
export function explainUnseenErrors(context: HandlerContext, requestId: string, log: Log): void {
  const start = performance.now();
  const call = context as HandlerContext & { abort(reason?: unknown): void };
  const { abort } = call;
  call.abort = (thrown) => {
    if (thrown instanceof Error && !isOfNode(thrown)) {
      const error = toConnectError(asConnectError(thrown), requestId, log);
      // The error itself is on its way already, so it takes the form of the other one.
      if (error !== thrown && Object.assign(thrown, error)) logCall(log, context, start, error);
    }
    abort(thrown);
  };
}

/** Node's own errors tell of a connection that has gone: nobody reads what is made of them. */
function isOfNode(error: Error): boolean {
  return "code" in error && typeof error.code === "string";
}

function asConnectError(thrown: Error): ConnectError {
  return thrown instanceof ConnectError
    ? thrown
    : new ConnectError(thrown.message, Code.InvalidArgument, undefined, undefined, thrown);
}
