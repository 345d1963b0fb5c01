import { createHash } from "node:crypto";
import type { Content } from "./format.ts";

const NEWLINE = 10;

/** Counts rows as COPY writes them, one on each line, and makes their checksum. */
export function createRowCounter() {
  const hash = createHash("sha256");
  let rows = 0;
  return {
    /** How many rows end in the chunk. */
    add(chunk: Buffer): number {
      hash.update(chunk);
      let ended = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
        ended += 1;
      }
      rows += ended;
      return ended;
    },
    content: (): Content => ({ rows, sha256: hash.digest("hex") }),
  };
}
