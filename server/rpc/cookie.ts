import type { HandlerContext } from "@connectrpc/connect";
import { SESSION_LIFETIME } from "../limits.ts";
import { secureKey } from "./context.ts";

const NAME = "prosa_session";

export function readSessionCookie(header: Headers): string | undefined {
  for (const pair of header.get("cookie")?.split(";") ?? []) {
    const [name, value] = pair.split("=", 2);
    if (name?.trim() === NAME && value) return value.trim();
  }
  return undefined;
}

/** Gives a browser its session; an empty token takes it away. */
export function setSessionCookie(context: HandlerContext, token: string): void {
  const age = token === "" ? 0 : SESSION_LIFETIME / 1000;
  const secure = context.values.get(secureKey) ? "; Secure" : "";
  const cookie = `${NAME}=${token}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`;
  context.responseHeader.set("set-cookie", cookie);
}
