import type { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { durationMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { notFound } from "../errors.ts";
import {
  callOrigin,
  currentActor,
  currentCaller,
  currentSessionId,
  currentUser,
} from "../rpc/context.ts";
import { setSessionCookie } from "../rpc/cookie.ts";
import { toPage } from "../rpc/page.ts";
import {
  fromScope,
  registrationPolicies,
  toAccessToken,
  toInvitation,
  toSession,
  toUser,
} from "./convert.ts";
import { createInvitation, listInvitations, revokeInvitation } from "./invitations.ts";
import { registrationPolicy } from "./registration-policy.ts";
import { register } from "./registration.ts";
import { changePassword, login } from "./users.ts";

export function authService(deps: Deps): ServiceImpl<typeof AuthService> {
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
      await sessions.revoke(currentActor(context), currentSessionId(context), "signed_out");
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
      const by = currentActor(context);
      const revoked = await sessions.revoke(by, request.sessionId, "session_revoked");
      if (!revoked) throw notFound("session");
      return {};
    },
    async createAccessToken(request, context) {
      const { token, accessToken } = await accessTokens.create(currentActor(context), {
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
      const revoked = await accessTokens.revoke(currentActor(context), accessTokenId);
      if (!revoked) throw notFound("access token");
      return {};
    },
    async createInvitation(_request, context) {
      const { code, expireTime } = await createInvitation(db, currentActor(context));
      return { code, expireTime: timestampFromDate(expireTime) };
    },
    async listInvitations(request) {
      const { invitations, next } = await listInvitations(db, toPage(request));
      return { invitations: invitations.map(toInvitation), nextPageToken: next };
    },
    async revokeInvitation({ invitationId }, context) {
      await revokeInvitation(db, currentActor(context), invitationId);
      return {};
    },
  };
}
