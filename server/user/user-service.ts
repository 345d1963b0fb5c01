import type { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { callOrigin, currentActor, currentUser } from "../rpc/context.ts";
import { setSessionCookie } from "../rpc/cookie.ts";
import { toPage } from "../rpc/page.ts";
import { changeUser, listUsers } from "./administration.ts";
import { fromRole, fromTheme, toUser } from "./convert.ts";
import { deleteUser } from "./deletion.ts";
import { updateUser } from "./users.ts";

export function userService(deps: Deps): ServiceImpl<typeof UserService> {
  return {
    getCurrentUser(_request, context) {
      return { user: toUser(currentUser(context)) };
    },
    async updateCurrentUser(request, context) {
      const user = await updateUser(deps, currentUser(context).id, {
        ...(request.displayName !== undefined && { displayName: request.displayName.trim() }),
        ...(request.locale !== undefined && { locale: request.locale }),
        ...(request.theme !== undefined && { theme: fromTheme(request.theme) }),
      });
      return { user: toUser(user) };
    },
    async deleteCurrentUser({ password }, context) {
      const user = currentUser(context);
      const stopWork = () => deps.replies.stopAll(user.id);
      const { empty } = deps;
      await deleteUser(deps, user, { password, stopWork, empty }, callOrigin(context));
      setSessionCookie(context, "");
      return {};
    },
    async listUsers(request) {
      const { users, next } = await listUsers(deps.db, toPage(request));
      return { users: users.map(toUser), nextPageToken: next };
    },
    async updateUser({ userId, role, disabled }, context) {
      const user = await changeUser(deps, currentActor(context), userId, {
        ...(role !== undefined && { role: fromRole(role) }),
        ...(disabled !== undefined && { disabled }),
      });
      return { user: toUser(user) };
    },
  };
}
