import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { Log } from "../log.ts";
import { explained, toConnectError } from "./errors.ts";
import { type CallDeps, endCall, wasLogged } from "./logging.ts";

/** Without a reason Node would make an error with its stack for each call that has ended well. */
const ENDED = new ConnectError("the call has ended", Code.Canceled);

/**
 * Gives our form to the errors that Connect makes of a request that cannot be read, is too large or
 * too late. No interceptor sees most of them; but Connect hands each error to `abort` just before
 * it sends it.
 */
export function explainUnseenErrors(
  context: HandlerContext,
  requestId: string,
  deps: CallDeps,
): void {
  const call = context as HandlerContext & { abort(reason?: unknown): void };
  const { abort } = call;
  call.abort = (thrown) => {
    if (thrown instanceof Error && !isOfNode(thrown) && !wasLogged(thrown)) {
      const error = inOurForm(asConnectError(thrown), requestId, deps.log);
      // The error itself is on its way already, so it takes the form of the other one.
      if (error !== thrown && Object.assign(thrown, error)) endCall(deps, context, error);
    }
    abort(thrown ?? ENDED);
  };
}

function inOurForm(error: ConnectError, requestId: string, log: Log): ConnectError {
  const ours = explained(error);
  const isUnexpected = ours.code === Code.Internal && ours.details.length === 0;
  return isUnexpected
    ? toConnectError(new Error(error.rawMessage, { cause: error }), requestId, log)
    : ours;
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
