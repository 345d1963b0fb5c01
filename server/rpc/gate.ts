import { Access, access } from "#proto/prosa/rpc/v1/access_pb.ts";
import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Idempotency } from "@bufbuild/protobuf/wkt";
import type { HandlerContext } from "@connectrpc/connect";
import { randomUUID } from "node:crypto";
import type { Config } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Topics } from "../events/topic.ts";
import type { Log } from "../log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { isOpen } from "../open-services.ts";
import type { AccessTokens } from "../user/access-tokens.ts";
import type { Caller } from "../user/callers.ts";
import type { Sessions } from "../user/sessions.ts";
import { isAccessToken } from "../user/tokens.ts";
import { accountDisabled } from "../user/users.ts";
import { beginCallTrace, callTraceKey } from "./call-trace.ts";
import {
  addressKey,
  callerKey,
  hostKey,
  requestIdKey,
  sessionRequired,
  signInRequired,
  startKey,
  streamSignal,
} from "./context.ts";
import { readSessionCookie, setSessionCookie } from "./cookie.ts";
import { toConnectError } from "./errors.ts";
import { endCall } from "./logging.ts";
import { explainUnseenErrors } from "./unseen-errors.ts";

type Deps = {
  config: Pick<Config, "tracing">;
  sessions: Sessions;
  accessTokens: AccessTokens;
  topics: Topics;
  log: Log;
  metrics: Metrics;
};

/**
 * Runs after a call's headers and before its body, for all call types alike: finds the caller and
 * enforces the method's access level. What a method does not declare is closed to strangers.
 */
export function createGate(deps: Deps) {
  const tracing = deps.config.tracing !== undefined;
  return async (context: HandlerContext): Promise<void> => {
    context.values.set(startKey, performance.now());
    const requestId = randomUUID();
    context.values.set(requestIdKey, requestId);
    if (tracing) context.values.set(callTraceKey, beginCallTrace(context, requestId));
    explainUnseenErrors(context, requestId, deps);
    try {
      const caller = await context.values.get(callTraceKey).run(() => admit(deps, context));
      context.values.set(callerKey, caller);
      const streams = context.method.methodKind !== "unary";
      if (streams && caller !== undefined) streamSignal(context, deps.topics);
    } catch (thrown) {
      const error = toConnectError(thrown, requestId, deps.log);
      endCall(deps, context, error);
      throw error;
    }
  };
}

async function admit(deps: Deps, context: HandlerContext): Promise<Caller | undefined> {
  // A token is not even looked up: these must answer while the database is away.
  if (isOpen(context.method)) return undefined;
  const level = accessOf(context.method);
  const caller = await findCaller(deps, context);
  if (level === Access.PUBLIC) return caller;
  if (caller === undefined) throw signInRequired();
  if (caller.user.disabled) throw accountDisabled();
  checkRole(level, caller);
  checkScope(level, context.method, caller);
  return caller;
}

// An option is parsed anew whenever it is asked for.
const levels = new WeakMap<DescMethod, Access>();

export function accessOf(method: DescMethod): Access {
  if (isOpen(method)) return Access.PUBLIC;
  let level = levels.get(method);
  if (level === undefined) levels.set(method, (level = getOption(method, access)));
  return level;
}

function checkRole(level: Access, { user }: Caller) {
  if (level !== Access.ADMIN && level !== Access.ADMIN_SESSION) return;
  if (user.role !== "admin") {
    throw new AppError("ADMIN_REQUIRED", "Only an administrator may do this.");
  }
}

function checkScope(level: Access, method: DescMethod, { credential }: Caller) {
  if (credential.kind === "session") return;
  if (level === Access.SESSION || level === Access.ADMIN_SESSION) throw sessionRequired();
  if (credential.scope === "read" && method.idempotency !== Idempotency.NO_SIDE_EFFECTS) {
    throw new AppError("SCOPE_REQUIRED", "This access token may only read.", {
      metadata: { scope: "write" },
    });
  }
}

async function findCaller({ sessions, accessTokens }: Deps, context: HandlerContext) {
  const header = context.requestHeader;
  const address = context.values.get(addressKey);
  const authorization = header.get("authorization");
  if (authorization !== null) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) return undefined;
    return isAccessToken(token) ? accessTokens.find(token) : sessions.find(token, address);
  }
  const token = readSessionCookie(header);
  if (token === undefined) return undefined;
  checkOrigin(header, context.values.get(hostKey));
  // The browser's copy must live as long as the session, or daily use would end after a month.
  return sessions.find(token, address, () => setSessionCookie(context, token));
}

// A browser adds the cookie to requests of any page: only our own origin may use it.
function checkOrigin(header: Headers, host: string) {
  const origin = header.get("origin");
  const site = header.get("sec-fetch-site");
  const same =
    origin === null
      ? site === null || site === "same-origin" || site === "none"
      : URL.parse(origin)?.host === host;
  if (!same) {
    throw new AppError("WRONG_ORIGIN", "A page of another origin may not use this session.");
  }
}
