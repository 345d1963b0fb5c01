import { decodePageToken } from "#db/keyset.ts";
import { AppError } from "../errors.ts";

/** The id of the last row of the page before, for lists in the order of their ids. */
export function afterId(token: string): string | undefined {
  if (token === "") return undefined;
  const parts = decodePageToken(token, 1);
  if (parts === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(parts[0]!)) {
    throw new AppError("BAD_PAGE_TOKEN", "This page token was not issued for this list.");
  }
  return parts[0];
}
