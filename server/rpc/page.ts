import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "../limits.ts";

/** The page that a list request asks for, with its size brought into bounds. */
export function toPage(request: { pageSize: number; pageToken: string }) {
  const size =
    request.pageSize === 0 ? DEFAULT_PAGE_SIZE : Math.min(request.pageSize, MAX_PAGE_SIZE);
  return { size, token: request.pageToken };
}
