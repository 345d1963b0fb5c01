import { createStore, reconcile } from "solid-js/store";
import type { Role, User } from "#proto/prosa/user/v1/user_pb.ts";
import { userClient } from "../api.ts";
import { knowUser } from "../user/store.ts";

const [state, setState] = createStore<{
  users: User[] | undefined;
  nextPageToken: string;
  loading: boolean;
  error: unknown;
}>({ users: undefined, nextPageToken: "", loading: false, error: undefined });

/** The users of the server as far as they are loaded, oldest first. */
export const people = state;

/** Loads the list anew. Never rejects: the outcome is in `people`. */
export async function loadPeople(): Promise<void> {
  await load("", (page) => page);
}

/** Adds the next page to the list, in the same way. */
export async function loadMorePeople(): Promise<void> {
  await load(state.nextPageToken, (page) => [...(state.users ?? []), ...page]);
}

async function load(pageToken: string, put: (page: User[]) => User[]): Promise<void> {
  if (state.loading) return;
  setState({ loading: true, error: undefined });
  try {
    const { users, nextPageToken } = await userClient.listUsers({ pageToken });
    setState("users", reconcile(put(users), { key: "id" }));
    setState({ nextPageToken });
  } catch (error) {
    setState({ error });
  } finally {
    setState({ loading: false });
  }
}

/** Changes what somebody may do, on the server and then here. */
export async function changePerson(
  userId: string,
  change: { role?: Role; disabled?: boolean },
): Promise<void> {
  const { user } = await userClient.updateUser({ userId, ...change });
  if (!user) return;
  setState("users", (it) => it.id === userId, reconcile(user));
  knowUser(user);
}
