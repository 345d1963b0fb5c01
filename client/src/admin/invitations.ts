import { authClient } from "../api.ts";
import { createPagedList } from "./paged-list.ts";

/** The invitations of the server, newest first. */
export const invitations = createPagedList(async (pageToken) => {
  const { invitations: list, nextPageToken } = await authClient.listInvitations({ pageToken });
  return { list, nextPageToken };
});

/** Makes an invitation for one person; the code is shown only this once. */
export async function createInvitation() {
  const made = await authClient.createInvitation({});
  void invitations.reload();
  return made;
}

export async function revokeInvitation(id: string): Promise<void> {
  await authClient.revokeInvitation({ invitationId: id });
  invitations.remove(id);
}
