import { MAX_RECORD_BYTES } from "../../limits.ts";

/** A record of a file as its bytes, or the beginning of one that is larger than is taken. */
export type RawRecord = {
  /** The line or the number of the element, from 1. */
  position: number;
  bytes: Buffer;
  /** Whether `bytes` is only the beginning. */
  tooLarge: boolean;
  /** Whether the file ended before the record did, as far as can be told from its form. */
  cutShort: boolean;
};

/** Cuts a file that comes in pieces of any size into its records. */
export type Splitter = {
  push(piece: Uint8Array): Generator<RawRecord>;
  /** What is left when the file has ended. */
  end(): Generator<RawRecord>;
};

/** Takes the records of a file one by one and stores their chats. */
export type ImportReader = {
  take(raw: RawRecord): Promise<void>;
  /** The file has ended. */
  end(): Promise<void>;
  /** Removes what was stored of a chat that is not whole. */
  discard(): Promise<void>;
};

/** What is kept of a record that is too large, to find its title in. */
const HEAD_BYTES = 4096;
const EMPTY = Buffer.alloc(0);

/**
 * Collects the parts of one record, and nothing but the beginning when it grows too large. It copies
 * them: each is a view of its message, and a client may send a record byte by byte.
 */
export function createRecordBuffer(limit = MAX_RECORD_BYTES) {
  let held: Buffer = EMPTY;
  let length = 0;

  function hold(part: Uint8Array) {
    const end = length + part.length;
    if (end > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, Math.min(2 * held.length, limit)));
      held.copy(larger, 0, 0, length);
      held = larger;
    }
    held.set(part, length);
  }

  return {
    add(part: Uint8Array) {
      if (length <= limit) {
        hold(part.subarray(0, Math.max(HEAD_BYTES, limit - length)));
        if (length + part.length > limit) held = Buffer.from(held.subarray(0, HEAD_BYTES));
      }
      length += part.length;
    },
    isEmpty: () => length === 0,
    /** The record so far; the next one begins. */
    take() {
      const taken = { bytes: held.subarray(0, length), tooLarge: length > limit };
      held = EMPTY;
      length = 0;
      return taken;
    },
  };
}
