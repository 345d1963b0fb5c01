import { createHash } from "node:crypto";
import { END_OF_ROWS, MAX_LINE_BYTES } from "./format.ts";

const NEWLINE = 10;
const MARK = Buffer.from(END_OF_ROWS);
const NEWLINE_AND_MARK = Buffer.from(`\n${END_OF_ROWS}`);

export type Scanner = ReturnType<typeof createScanner>;

/** Goes through the bytes of a backup and holds few of them at a time, however long a row is. */
export function createScanner(bytes: AsyncIterable<Buffer>) {
  const source = bytes[Symbol.asyncIterator]();
  const hash = createHash("sha256");
  let rest: Buffer = Buffer.alloc(0);

  async function more(): Promise<boolean> {
    const { value, done } = await source.next();
    if (done === true) return false;
    rest = Buffer.concat([rest, value]);
    return true;
  }

  function take(length: number): Buffer {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    hash.update(taken);
    return taken;
  }

  return {
    /** Of all that has been taken so far. */
    checksum: (): string => hash.copy().digest("hex"),

    /** The next line; undefined where there is none, or none of a line's length. */
    async line(): Promise<string | undefined> {
      while (!rest.includes(NEWLINE)) {
        if (rest.length > MAX_LINE_BYTES || !(await more())) return undefined;
      }
      return take(rest.indexOf(NEWLINE) + 1).toString();
    },

    /** The rows up to the mark at their end, which is taken as well; false when it is missing. */
    async *rows(): AsyncGenerator<Buffer, boolean> {
      for (let first = true; ;) {
        const isEmpty = first && rest.subarray(0, MARK.length).equals(MARK);
        const end = isEmpty ? 0 : rest.indexOf(NEWLINE_AND_MARK) + 1;
        if (end > 0) yield take(end);
        if (end > 0 || isEmpty) return take(MARK.length).length > 0;
        // The last bytes may be the beginning of the mark.
        const sure = rest.length - MARK.length;
        if (sure > 0) yield take(sure);
        first &&= sure <= 0;
        if (!(await more())) return false;
      }
    },

    async isAtEnd(): Promise<boolean> {
      return rest.length === 0 && !(await more());
    },
  };
}
