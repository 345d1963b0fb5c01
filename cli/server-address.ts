import { misuse } from "./failure.ts";

export const DEFAULT_SERVER = "http://localhost:8080";

/** The origin of a server from what a person types: `host`, `host:port` or a whole address. */
export function toServerAddress(text: string): string {
  const typed = text.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `http://${typed}`);
  const known = url?.protocol === "http:" || url?.protocol === "https:";
  if (typed === "" || url === null || !known || url.pathname !== "/" || url.search !== "") {
    throw misuse(
      `${JSON.stringify(text)} is no address of a server. Say, for example, ${DEFAULT_SERVER}.`,
    );
  }
  return url.origin;
}
