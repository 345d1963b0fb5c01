import type { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { notFound } from "../errors.ts";
import { callOrigin, currentCaller, currentUser } from "../rpc/context.ts";
import { setSessionCookie } from "../rpc/cookie.ts";
import { toPage } from "../rpc/page.ts";
import { registrationPolicies, toSession, toUser } from "./convert.ts";
import { createInvitation } from "./invitations.ts";
import { changePassword, login, register, registrationPolicy } from "./users.ts";

export function authService(deps: Deps): Partial<ServiceImpl<typeof AuthService>> {
  const { db, sessions } = deps;
  return {
    async getRegistrationPolicy() {
      const { policy, firstAccount } = await registrationPolicy(deps);
      return { policy: registrationPolicies[policy], firstAccount };
    },
    async register(request, context) {
      const { user, token } = await register(deps, request, callOrigin(context));
      setSessionCookie(context, token);
      return { user: toUser(user), sessionToken: token };
    },
    async login(request, context) {
      const { user, token } = await login(deps, request, callOrigin(context));
      setSessionCookie(context, token);
      return { user: toUser(user), sessionToken: token };
    },
    async logout(_request, context) {
      const { user, sessionId } = currentCaller(context);
      await sessions.revoke(user.id, sessionId);
      setSessionCookie(context, "");
      return {};
    },
    async changePassword(request, context) {
      await changePassword(deps, currentCaller(context), request, callOrigin(context));
      return {};
    },
    async listSessions(request, context) {
      const { user, sessionId } = currentCaller(context);
      const page = await sessions.list(user.id, toPage(request));
      return {
        sessions: page.sessions.map((row) => toSession(row, sessionId)),
        nextPageToken: page.next,
      };
    },
    async revokeSession(request, context) {
      const revoked = await sessions.revoke(currentUser(context).id, request.sessionId);
      if (!revoked) throw notFound("session");
      return {};
    },
    async createInvitation(_request, context) {
      const { code, expireTime } = await createInvitation(db, currentUser(context).id);
      return { code, expireTime: timestampFromDate(expireTime) };
    },
  };
}
