import type { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { durationMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { notFound } from "../errors.ts";
import { callOrigin, currentCaller, currentSessionId, currentUser } from "../rpc/context.ts";
import { setSessionCookie } from "../rpc/cookie.ts";
import { toPage } from "../rpc/page.ts";
import { fromScope, registrationPolicies, toAccessToken, toSession, toUser } from "./convert.ts";
import { createInvitation } from "./invitations.ts";
import { changePassword, login, register, registrationPolicy } from "./users.ts";

export function authService(deps: Deps): Partial<ServiceImpl<typeof AuthService>> {
  const { db, sessions, accessTokens } = deps;
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
      await sessions.revoke(currentUser(context).id, currentSessionId(context));
      setSessionCookie(context, "");
      return {};
    },
    async changePassword(request, context) {
      const caller = { user: currentUser(context), sessionId: currentSessionId(context) };
      await changePassword(deps, caller, request, callOrigin(context));
      return {};
    },
    async listSessions(request, context) {
      const { user, credential } = currentCaller(context);
      const page = await sessions.list(user.id, toPage(request));
      return {
        sessions: page.sessions.map((row) => toSession(row, credential.id)),
        nextPageToken: page.next,
      };
    },
    async revokeSession(request, context) {
      const revoked = await sessions.revoke(currentUser(context).id, request.sessionId);
      if (!revoked) throw notFound("session");
      return {};
    },
    async createAccessToken(request, context) {
      const { token, accessToken } = await accessTokens.create(currentUser(context).id, {
        name: request.name.trim(),
        scope: fromScope(request.scope),
        lifetime: request.lifetime && durationMs(request.lifetime),
      });
      return { token, accessToken: toAccessToken(accessToken) };
    },
    async listAccessTokens(request, context) {
      const page = await accessTokens.list(currentUser(context).id, toPage(request));
      return { accessTokens: page.accessTokens.map(toAccessToken), nextPageToken: page.next };
    },
    async revokeAccessToken(request, context) {
      const { accessTokenId } = request;
      const revoked = await accessTokens.revoke(currentUser(context).id, accessTokenId);
      if (!revoked) throw notFound("access token");
      return {};
    },
    async createInvitation(_request, context) {
      const { code, expireTime } = await createInvitation(db, currentUser(context).id);
      return { code, expireTime: timestampFromDate(expireTime) };
    },
  };
}
