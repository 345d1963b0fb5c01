import { createRecordBuffer, type RawRecord, type Splitter } from "./record-buffer.ts";

const NEWLINE = 0x0a;
const BLANK = /^[\s\uFEFF]*$/;

/** Cuts a file into its lines; those that are blank are counted and left out. */
export function splitLines(limit?: number): Splitter {
  const buffer = createRecordBuffer(limit);
  let line = 1;

  function* take(cutShort: boolean): Generator<RawRecord> {
    const { bytes, tooLarge } = buffer.take();
    const blank = !tooLarge && bytes.length < 1024 && BLANK.test(bytes.toString());
    if (!blank) yield { position: line, bytes, tooLarge, cutShort };
    line += 1;
  }

  return {
    *push(piece) {
      let start = 0;
      for (;;) {
        const end = piece.indexOf(NEWLINE, start);
        if (end === -1) break;
        buffer.add(piece.subarray(start, end));
        yield* take(false);
        start = end + 1;
      }
      buffer.add(piece.subarray(start));
    },
    *end() {
      if (!buffer.isEmpty()) yield* take(true);
    },
  };
}
