import type { Role } from "#proto/prosa/user/v1/user_pb.ts";
import { userClient } from "../api.ts";
import { knowUser } from "../user/store.ts";
import { createPagedList } from "./paged-list.ts";

/** The users of the server, oldest first. */
export const people = createPagedList(async (pageToken) => {
  const { users: list, nextPageToken } = await userClient.listUsers({ pageToken });
  return { list, nextPageToken };
});

/** Changes what somebody may do, on the server and then here. */
export async function changePerson(
  userId: string,
  change: { role?: Role; disabled?: boolean },
): Promise<void> {
  const { user } = await userClient.updateUser({ userId, ...change });
  if (!user) return;
  people.replace(user);
  knowUser(user);
}
