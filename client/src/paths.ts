/** The parts of the administration that stand on its page. */
export type AdminPart = "users" | "registration" | "replies" | "health" | "audit";

/** Every address inside the client. */
export const paths = {
  home: "/",
  /** A chat, and in it the message to show. */
  chat: (id: string, message?: string) => (message ? `/c/${id}?m=${message}` : `/c/${id}`),
  search: "/search",
  login: (next?: string) =>
    next && next !== "/" ? `/login?next=${encodeURIComponent(next)}` : "/login",
  register: (invitation?: string) =>
    invitation ? `/register?invite=${encodeURIComponent(invitation)}` : "/register",
  account: "/account",
  models: "/models",
  admin: (part?: AdminPart) => (part ? `/admin/${part}` : "/admin"),
  welcome: "/welcome",
  api: (method?: string) => (method ? `/api#${method}` : "/api"),
};

/** The same addresses as patterns for the router. */
export const patterns = {
  chat: ["/", "/c/:chatId"],
  search: "/search",
  login: "/login",
  register: "/register",
  account: "/account",
  models: "/models",
  admin: "/admin/:part?",
  welcome: "/welcome",
  api: "/api",
};

/** A path of this client taken from `?next=`; anything that could lead elsewhere becomes home. */
export function safeNext(next: string | string[] | undefined): string {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : paths.home;
}
