import { Code, ConnectError } from "@connectrpc/connect";
import { createStore, reconcile } from "solid-js/store";
import type { Session } from "#proto/prosa/user/v1/session_pb.ts";
import { Role } from "#proto/prosa/user/v1/user_pb.ts";
import type { Theme, User } from "#proto/prosa/user/v1/user_pb.ts";
import { authClient, onSignInRequired, userClient } from "../api.ts";
import { applyLocale, locale } from "../i18n/i18n.ts";
import type { Locale } from "../i18n/format.ts";
import { applyTheme } from "./theme.ts";

/** Who is signed in; `ended` when the session stopped under an open page; `unreachable` keeps the error that stands in the way of knowing. */
export type SessionState =
  | { status: "loading" }
  | { status: "signedOut"; ended?: boolean }
  | { status: "unreachable"; error: unknown }
  | { status: "signedIn" };

// More devices than anybody has; the list is read in one page.
const SESSION_PAGE_SIZE = 100;

const [session, setSession] = createStore<{
  state: SessionState;
  user: User | undefined;
  devices: Session[] | undefined;
}>({
  state: { status: "loading" },
  user: undefined,
  devices: undefined,
});

onSignInRequired(() => {
  const ended = session.state.status === "signedIn" || sessionEnded();
  setSession("state", reconcile({ status: "signedOut", ended }));
});

/** The signed-in user; undefined while nobody is. */
export function currentUser(): User | undefined {
  return session.state.status === "signedIn" ? session.user : undefined;
}

export function sessionState(): SessionState {
  return session.state;
}

/** Whether the session ended elsewhere while this page was open. */
export function sessionEnded(): boolean {
  return session.state.status === "signedOut" && session.state.ended === true;
}

export function isAdmin(): boolean {
  return currentUser()?.role === Role.ADMIN;
}

/** Asks the server who is signed in. Never rejects: the outcome is the state. */
export async function loadSession(): Promise<void> {
  setSession("state", { status: "loading" });
  try {
    const { user } = await userClient.getCurrentUser({});
    welcome(user);
  } catch (error) {
    if (ConnectError.from(error).code === Code.Unauthenticated) {
      setSession("state", { status: "signedOut" });
    } else {
      setSession("state", { status: "unreachable", error });
    }
  }
}

export async function login(input: { email: string; password: string }): Promise<void> {
  const { user } = await authClient.login(input);
  welcome(user);
}

export async function register(input: {
  email: string;
  password: string;
  displayName: string;
  invitation: string;
}): Promise<void> {
  const { user } = await authClient.register({ ...input, locale: locale() });
  welcome(user);
}

/** Ends the session and leaves nothing of it in this page: the caller then loads the page anew. */
export async function logout(): Promise<void> {
  await authClient.logout({});
}

/** Who may create an account, and whether it would be the first. */
export function registrationPolicy() {
  return authClient.getRegistrationPolicy({});
}

/** Changes the profile on the server, then here. */
export async function updateProfile(change: { displayName: string }): Promise<void> {
  const { user } = await userClient.updateCurrentUser(change);
  welcome(user);
}

/** Takes over what has changed about a user, when it is the one who is signed in. */
export function knowUser(user: User): void {
  if (user.id !== session.user?.id) return;
  setSession("user", reconcile(user));
  // The session has ended with the account: the server says so.
  if (user.disabled) void loadSession();
}

/** Changes the language at once and saves it; it stays for this page when saving fails. */
export async function chooseLocale(choice: Locale): Promise<void> {
  await applyLocale(choice);
  await userClient.updateCurrentUser({ locale: choice });
  setSession("user", (user) => user && { ...user, locale: choice });
}

/** Changes the colours at once and saves them; they stay for this page when saving fails. */
export async function chooseTheme(choice: Theme): Promise<void> {
  applyTheme(choice);
  setSession("user", (user) => user && { ...user, theme: choice });
  await userClient.updateCurrentUser({ theme: choice });
}

export async function changePassword(input: {
  currentPassword: string;
  newPassword: string;
}): Promise<void> {
  await authClient.changePassword(input);
  setSession("devices", (devices) => devices?.filter((device) => device.current));
}

/** Deletes the account; as after `logout`, the caller then loads the page anew. */
export async function deleteAccount(password: string): Promise<void> {
  await userClient.deleteCurrentUser({ password });
}

/** The devices that are signed in, this one first; undefined until `loadDevices` has answered. */
export function devices(): Session[] | undefined {
  return session.devices;
}

export async function loadDevices(): Promise<void> {
  const { sessions } = await authClient.listSessions({ pageSize: SESSION_PAGE_SIZE });
  const ordered = sessions.toSorted((a, b) => Number(b.current) - Number(a.current));
  setSession("devices", reconcile(ordered, { key: "id" }));
}

export async function signOutDevice(id: string): Promise<void> {
  await authClient.revokeSession({ sessionId: id });
  setSession("devices", (devices) => devices?.filter((device) => device.id !== id));
}

function welcome(user: User | undefined): void {
  if (!user) return;
  // Another person signed in where somebody's chats are still in memory: begin with an empty page.
  if (session.user && session.user.id !== user.id) location.reload();
  setSession("user", reconcile(user));
  setSession("state", { status: "signedIn" });
  applyTheme(user.theme);
  void applyLocale(user.locale).catch(() => {});
}
