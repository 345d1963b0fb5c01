import { Code, ConnectError, createContextKey, type HandlerContext } from "@connectrpc/connect";
import { type Actor, actorOf, type Origin } from "../audit/actor.ts";
import { AppError } from "../errors.ts";
import type { Topics } from "../events/topic.ts";
import { MAX_DEVICE_LENGTH } from "../limits.ts";
import { accountClosed, type Caller, credentialEnded } from "../user/callers.ts";

/** Who calls; absent at public methods that are called without a session. */
export const callerKey = createContextKey<Caller | undefined>(undefined);
/** The network address of the client, after trusted proxies. */
export const addressKey = createContextKey("");
/** Names the call in the log and in unexpected errors. */
export const requestIdKey = createContextKey("");
/** When the call began, as performance.now() tells it. */
export const startKey = createContextKey(0);
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

/** The session of the call, for methods that govern the account: they take no access tokens. */
export function currentSessionId(context: HandlerContext): string {
  const { credential } = currentCaller(context);
  if (credential.kind !== "session") throw sessionRequired();
  return credential.id;
}

export function callOrigin(context: HandlerContext): Origin {
  return {
    address: context.values.get(addressKey),
    device: (context.requestHeader.get("user-agent") ?? "").slice(0, MAX_DEVICE_LENGTH),
  };
}

/** Who calls and from where, for what is written down about the call. */
export function currentActor(context: HandlerContext): Actor {
  return actorOf(currentUser(context), callOrigin(context));
}

export function signInRequired() {
  const words = "Sign in first: there is no session and no access token, or it has ended.";
  return new AppError("SIGN_IN_REQUIRED", words);
}

export function sessionRequired() {
  return new AppError("SESSION_REQUIRED", "This wants a session: access tokens may not do it.");
}

export function clientLeft() {
  return new ConnectError("the client has left", Code.Canceled);
}

function shuttingDown() {
  return new AppError("SHUTTING_DOWN", "The server is stopping.", { retryDelay: 1000 });
}

/** The topic that is published when the server begins to stop. */
export const serverClosing = "server:closing";

const streamSignalKey = createContextKey<AbortSignal | undefined>(undefined);

/**
 * A signal for a stream: aborts with the call, when its caller may not go on, or the server stops.
 * A call has one, made by the gate, so that what ends before the request's body has come counts too.
 */
export function streamSignal(context: HandlerContext, topics: Topics): AbortSignal {
  let signal = context.values.get(streamSignalKey);
  if (signal === undefined) {
    signal = createStreamSignal(context, topics);
    context.values.set(streamSignalKey, signal);
  }
  return signal;
}

function createStreamSignal(context: HandlerContext, topics: Topics): AbortSignal {
  const { user, credential } = currentCaller(context);
  const expireTime = credential.kind === "accessToken" ? credential.expireTime : null;
  return signalOf(context, topics, (abort) => {
    const refuse = () => abort(signInRequired());
    return [
      topics.subscribe(credentialEnded(credential.id), refuse),
      topics.subscribe(accountClosed(user.id), refuse),
      ...(expireTime === null ? [] : [runAt(expireTime, refuse)]),
    ];
  });
}

/** A signal for a stream that needs no session: aborts with the call, or when the server stops. */
export function openStreamSignal(context: HandlerContext, topics: Topics): AbortSignal {
  return signalOf(context, topics, () => []);
}

type Abort = (reason: Error) => void;

/** What else aborts the signal, `listen` arranges; it returns how that ends. */
function signalOf(
  context: HandlerContext,
  topics: Topics,
  listen: (abort: Abort) => (() => void)[],
): AbortSignal {
  const controller = new AbortController();
  const abort: Abort = (reason) => controller.abort(reason);
  const unsubscribe = [
    ...listen(abort),
    topics.subscribe(serverClosing, () => abort(shuttingDown())),
  ];
  const ended = () => {
    for (const end of unsubscribe) end();
    // A deadline has a reason of its own; anything else is a client that went away.
    const { reason } = context.signal;
    const isLate = reason instanceof ConnectError && reason.code === Code.DeadlineExceeded;
    abort(isLate ? reason : clientLeft());
  };
  if (context.signal.aborted) ended();
  else context.signal.addEventListener("abort", ended, { once: true });
  return controller.signal;
}

/** The longest time that a timer can wait; a longer one would run at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** Runs `task` at a time, unless the returned function is called before. */
function runAt(time: Date, task: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    const rest = time.getTime() - Date.now();
    if (rest <= 0) task();
    else timer = setTimeout(wait, Math.min(rest, MAX_TIMER)).unref();
  };
  wait();
  return () => clearTimeout(timer);
}
