import { byteLength } from "./reply-text.ts";

/** The longest message, in bytes of UTF-8, as the contract has it. */
export const MAX_MESSAGE_BYTES = 262_144;
const MAX_BYTES_PER_UNIT = 3;

/** How many bytes a text has where these are too many; else 0, mostly without counting. */
export function bytesTooMany(text: string): number {
  if (text.length * MAX_BYTES_PER_UNIT <= MAX_MESSAGE_BYTES) return 0;
  const bytes = byteLength(text);
  return bytes > MAX_MESSAGE_BYTES ? bytes : 0;
}
