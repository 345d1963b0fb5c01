export type Transcript = ReturnType<typeof createTranscript>;

/** A place in a transcript: a part, and the bytes of it that are already known. */
export type Cursor = { part: number; skip: number; offset: number };

/**
 * A text that grows by parts and is read from byte offsets. The parts stay apart, since joining
 * them for every reader at every token would take time that grows with the square of the length.
 */
export function createTranscript(begun = "") {
  const parts = begun === "" ? [] : [begun];
  const ends = parts.map((part) => Buffer.byteLength(part));
  const length = () => ends.at(-1) ?? 0;

  return {
    append(text: string) {
      parts.push(text);
      ends.push(length() + Buffer.byteLength(text));
    },

    /** In bytes of UTF-8. */
    length,

    text: () => parts.join(""),

    /** The place at a byte offset; undefined beyond the end or within a character. */
    at(offset: number): Cursor | undefined {
      if (offset > length()) return undefined;
      let low = 0;
      let high = parts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (ends[middle]! <= offset) low = middle + 1;
        else high = middle;
      }
      const skip = offset - (low === 0 ? 0 : ends[low - 1]!);
      if (skip > 0) {
        const byte = Buffer.from(parts[low]!)[skip]!;
        if ((byte & 0b1100_0000) === 0b1000_0000) return undefined;
      }
      return { part: low, skip, offset };
    },

    /** What follows the place, which moves to the end; empty when nothing does. */
    read(cursor: Cursor): { offset: number; text: string } {
      const { part, skip, offset } = cursor;
      if (part === parts.length) return { offset, text: "" };
      let text = part === parts.length - 1 ? parts[part]! : parts.slice(part).join("");
      if (skip > 0) text = Buffer.from(text).subarray(skip).toString();
      cursor.part = parts.length;
      cursor.skip = 0;
      cursor.offset = length();
      return { offset, text };
    },
  };
}
