import { Access, access } from "#proto/prosa/rpc/v1/access_pb.ts";
import { type DescMethod, getOption } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import { randomUUID } from "node:crypto";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Caller, Sessions } from "../user/sessions.ts";
import { addressKey, callerKey, hostKey, requestIdKey, signInRequired } from "./context.ts";
import { readSessionCookie, setSessionCookie } from "./cookie.ts";
import { toConnectError } from "./errors.ts";
import { logCall } from "./logging.ts";
import { explainUnseenErrors } from "./unseen-errors.ts";

/**
 * Runs after a call's headers and before its body, for all call types alike: finds the caller and
 * enforces the method's access level. What a method does not declare is closed to strangers.
 */
export function createGate({ sessions, log }: { sessions: Sessions; log: Log }) {
  return async (context: HandlerContext): Promise<void> => {
    const requestId = randomUUID();
    context.values.set(requestIdKey, requestId);
    explainUnseenErrors(context, requestId, log);
    try {
      context.values.set(callerKey, await admit(sessions, context));
    } catch (thrown) {
      const error = toConnectError(thrown, requestId, log);
      logCall(log, context, performance.now(), error);
      throw error;
    }
  };
}

async function admit(sessions: Sessions, context: HandlerContext): Promise<Caller | undefined> {
  const level = accessOf(context.method);
  const caller = await findCaller(sessions, context);
  if (level === Access.PUBLIC) return caller;
  if (caller === undefined) throw signInRequired();
  if (level === Access.ADMIN && caller.user.role !== "admin") {
    throw new AppError("ADMIN_REQUIRED", "Only an administrator may do this.");
  }
  return caller;
}

export function accessOf(method: DescMethod): Access {
  return getOption(method, access);
}

async function findCaller(sessions: Sessions, context: HandlerContext) {
  const header = context.requestHeader;
  const address = context.values.get(addressKey);
  const authorization = header.get("authorization");
  if (authorization !== null) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    return token === undefined ? undefined : sessions.find(token, address);
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
