import { createStore, reconcile } from "solid-js/store";
import type { Invitation } from "#proto/prosa/user/v1/invitation_pb.ts";
import { authClient } from "../api.ts";

const [state, setState] = createStore<{
  list: Invitation[] | undefined;
  nextPageToken: string;
  loading: boolean;
  error: unknown;
}>({ list: undefined, nextPageToken: "", loading: false, error: undefined });

/** The invitations of the server as far as they are loaded, newest first. */
export const invitations = state;

/** Loads the list anew. Never rejects: the outcome is in `invitations`. */
export async function loadInvitations(): Promise<void> {
  await load("", (page) => page);
}

/** Adds the next page to the list, in the same way. */
export async function loadMoreInvitations(): Promise<void> {
  await load(state.nextPageToken, (page) => [...(state.list ?? []), ...page]);
}

async function load(pageToken: string, put: (page: Invitation[]) => Invitation[]): Promise<void> {
  if (state.loading) return;
  setState({ loading: true, error: undefined });
  try {
    const page = await authClient.listInvitations({ pageToken });
    setState("list", reconcile(put(page.invitations), { key: "id" }));
    setState({ nextPageToken: page.nextPageToken });
  } catch (error) {
    setState({ error });
  } finally {
    setState({ loading: false });
  }
}

/** Makes an invitation for one person; the code is shown only this once. */
export async function createInvitation() {
  const made = await authClient.createInvitation({});
  void loadInvitations();
  return made;
}

export async function revokeInvitation(id: string): Promise<void> {
  await authClient.revokeInvitation({ invitationId: id });
  setState("list", (list) => list?.filter((invitation) => invitation.id !== id));
}
