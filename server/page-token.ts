import { decodePageToken, isId } from "#db/keyset.ts";
import { AppError } from "./errors.ts";

/** The id of the last row of the page before, for lists in the order of their ids. */
export function afterId(token: string): string | undefined {
  if (token === "") return undefined;
  const [id] = decodePageToken(token, 1) ?? [];
  if (!isId(id)) throw badPageToken();
  return id;
}

export function badPageToken() {
  return new AppError("BAD_PAGE_TOKEN", "This page token was not issued for this list.");
}
