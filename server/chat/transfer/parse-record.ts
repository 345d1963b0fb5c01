import { RecordError } from "./import-summary.ts";
import type { RawRecord } from "./record-buffer.ts";

/** A title within the beginning of a record that cannot be parsed. */
// oxlint-disable-next-line no-control-regex -- JSON strings hold no control characters.
const TITLE = /"title"\s*:\s*("(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}){0,500}")/u;
const TITLE_WITHIN = 65_536;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The value of a record, or a RecordError with its title as far as that can be found. */
export function parseRecord({ bytes, tooLarge, cutShort }: RawRecord): unknown {
  const title = () => findTitle(bytes);
  if (tooLarge) throw new RecordError("TOO_LARGE", "The record is too large.", title);
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    if (cutShort) throw new RecordError("CUT_SHORT", "The file ends in the middle of it.", title);
    throw new RecordError("NOT_JSON", beginningOf((error as Error).message, 200), title);
  }
}

function findTitle(bytes: Buffer): string {
  const found = TITLE.exec(bytes.subarray(0, TITLE_WITHIN).toString())?.[1];
  return found === undefined ? "" : cleanTitle(JSON.parse(found) as string);
}

const MAX_TITLE_LENGTH = 200;

/** A copy, since a slice would keep all of the text as long as it is kept itself. */
export function beginningOf(text: string, length: number): string {
  return Buffer.from(text.slice(0, length)).toString();
}

/** A title as one may be: on one line, and cut at its greatest length. */
export function cleanTitle(title: string): string {
  const line = cleanText(beginningOf(title, 2000))
    // oxlint-disable-next-line no-control-regex -- what CreateChat refuses, and no more.
    .replace(/[\u0000-\u001f]+/g, " ")
    .trim();
  const letters = [...line];
  if (letters.length <= MAX_TITLE_LENGTH) return line;
  return `${letters.slice(0, MAX_TITLE_LENGTH - 1).join("")}…`;
}

/** Text without what PostgreSQL cannot store: NUL and halves of surrogate pairs. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\uFFFD");
}
