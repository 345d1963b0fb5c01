import type { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { currentUser } from "../rpc/context.ts";
import { fromTheme, toUser } from "./convert.ts";
import { updateUser } from "./users.ts";

export function userService(deps: Deps): Partial<ServiceImpl<typeof UserService>> {
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
  };
}
