import { createHash } from "node:crypto";
import type { Content } from "./format.ts";

const NEWLINE = 10;

/** Counts rows as COPY writes them, one on each line, and makes their checksum. */
export function createRowCounter() {
  const hash = createHash("sha256");
  let rows = 0;
  return {
    add(chunk: Buffer): void {
      hash.update(chunk);
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) rows += 1;
    },
    content: (): Content => ({ rows, sha256: hash.digest("hex") }),
  };
}
