import { createRecordBuffer, type RawRecord, type Splitter } from "./record-buffer.ts";

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [BRACKET, BRACKET_END, BRACE, BRACE_END] = [0x5b, 0x5d, 0x7b, 0x7d];
/** Blanks of JSON, and the bytes of a byte order mark. */
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
/** Brackets beyond this are counted and no longer told apart. */
const MAX_DEPTH = 512;

/**
 * Cuts a JSON array into its elements without reading them: it only knows strings and brackets, so
 * that an element which is broken inside is told apart from those after it. Values outside of an
 * array are taken as elements too.
 */
export function splitArray(limit?: number): Splitter {
  const buffer = createRecordBuffer(limit);
  const nesting = createNesting();
  let position = 0;
  let inArray = false;
  let inside: "nothing" | "scalar" | "string" | "brackets" = "nothing";
  let inString = false;
  let escaped = false;

  function take(cutShort: boolean): RawRecord {
    inside = "nothing";
    return { position, ...buffer.take(), cutShort };
  }

  /** Takes a byte between the elements; whether an element begins with it. */
  function begins(byte: number): boolean {
    if (BLANKS.has(byte) || byte === COMMA) return false;
    if (byte === BRACKET && !inArray) inArray = true;
    else if (byte === BRACKET_END) inArray = false;
    else return true;
    return false;
  }

  function begin(byte: number) {
    position += 1;
    inString = byte === QUOTE;
    escaped = false;
    nesting.clear();
    if (byte === BRACE || byte === BRACKET) nesting.open(byte);
    inside = inString ? "string" : nesting.depth() > 0 ? "brackets" : "scalar";
  }

  /** Takes a byte within an element; whether the element ends with it. */
  function ends(byte: number): boolean {
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) inString = false;
      return !inString && inside === "string";
    }
    if (byte === QUOTE) inString = true;
    else if (byte === BRACE || byte === BRACKET) nesting.open(byte);
    else if (byte === BRACE_END || byte === BRACKET_END) nesting.close(byte);
    return inside === "brackets" && nesting.depth() === 0;
  }

  const isAfterScalar = (byte: number) =>
    byte === COMMA || byte === BRACKET_END || BLANKS.has(byte);

  return {
    *push(piece) {
      let start = 0;
      for (let at = 0; at < piece.length; at++) {
        const byte = piece[at]!;
        if (inside === "nothing") {
          if (!begins(byte)) continue;
          begin(byte);
          start = at;
        } else if (inside === "scalar") {
          if (!isAfterScalar(byte)) continue;
          buffer.add(piece.subarray(start, at));
          yield take(false);
          begins(byte);
        } else if (ends(byte)) {
          buffer.add(piece.subarray(start, at + 1));
          yield take(false);
        }
      }
      if (inside !== "nothing") buffer.add(piece.subarray(start));
    },
    *end() {
      // A file that ends between two elements has lost at least one of them.
      if (inside === "nothing" && inArray) position += 1;
      if (inside !== "nothing" || inArray) yield take(true);
    },
  };
}

/** The brackets that are open. One that closes another kind closes all up to its own. */
function createNesting() {
  let open: number[] = [];
  let braces = 0;
  let beyond = 0;
  return {
    clear() {
      open = [];
      braces = 0;
      beyond = 0;
    },
    depth: () => open.length + beyond,
    open(byte: number) {
      if (open.length === MAX_DEPTH) {
        beyond += 1;
        return;
      }
      open.push(byte);
      if (byte === BRACE) braces += 1;
    },
    close(byte: number) {
      if (beyond > 0) {
        beyond -= 1;
        return;
      }
      const own = byte === BRACE_END ? BRACE : BRACKET;
      // Known without a search, which a file could ask for at each of its bytes.
      const isOpen = own === BRACE ? braces > 0 : open.length > braces;
      for (let last; isOpen && last !== own;) {
        last = open.pop();
        if (last === BRACE) braces -= 1;
      }
    },
  };
}
