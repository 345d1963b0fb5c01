import { Code, ConnectError, createContextKey, type HandlerContext } from "@connectrpc/connect";
import { AppError } from "../errors.ts";
import type { Topics } from "../events/topic.ts";
import { type Caller, type Origin, sessionEnded } from "../user/sessions.ts";

/** Who calls; absent at public methods that are called without a session. */
export const callerKey = createContextKey<Caller | undefined>(undefined);
/** The network address of the client, after trusted proxies. */
export const addressKey = createContextKey("");
/** Names the call in the log and in unexpected errors. */
export const requestIdKey = createContextKey("");
/** The host and port that the client has asked for; empty when it named none. */
export const hostKey = createContextKey("");
/** Whether the connection is encrypted up to the browser. */
export const secureKey = createContextKey(false);

export function currentCaller(context: HandlerContext): Caller {
  const caller = context.values.get(callerKey);
  if (caller === undefined) throw signInRequired();
  return caller;
}

export function currentUser(context: HandlerContext) {
  return currentCaller(context).user;
}

export function callOrigin(context: HandlerContext): Origin {
  return {
    address: context.values.get(addressKey),
    device: context.requestHeader.get("user-agent") ?? "",
  };
}

export function signInRequired() {
  return new AppError("SIGN_IN_REQUIRED", "Sign in first: there is no session, or it has ended.");
}

export function clientLeft() {
  return new ConnectError("the client has left", Code.Canceled);
}

function shuttingDown() {
  return new AppError("SHUTTING_DOWN", "The server is stopping.", { retryDelay: 1000 });
}

/** The topic that is published when the server begins to stop. */
export const serverClosing = "server:closing";

/** A signal for a stream: aborts with the call, when the caller's session ends, or the server stops. */
export function streamSignal(context: HandlerContext, topics: Topics): AbortSignal {
  const controller = new AbortController();
  const { sessionId } = currentCaller(context);
  const unsubscribe = [
    topics.subscribe(sessionEnded(sessionId), () => controller.abort(signInRequired())),
    topics.subscribe(serverClosing, () => controller.abort(shuttingDown())),
  ];
  const ended = () => {
    for (const end of unsubscribe) end();
    // A deadline has a reason of its own; anything else is a client that went away.
    const { reason } = context.signal;
    const isLate = reason instanceof ConnectError && reason.code === Code.DeadlineExceeded;
    controller.abort(isLate ? reason : clientLeft());
  };
  if (context.signal.aborted) ended();
  else context.signal.addEventListener("abort", ended, { once: true });
  return controller.signal;
}
