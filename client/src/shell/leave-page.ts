import { forgetKept } from "../chat/kept.ts";
import { paths } from "../paths.ts";

/** Forgets what this browser keeps for a user, and begins with a fresh page: nothing stays in its memory. */
export function leavePage(owner: string): void {
  for (const storage of [localStorage, sessionStorage]) forgetKept(storage, owner);
  location.assign(paths.login());
}
