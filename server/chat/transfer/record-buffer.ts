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

/** Collects the parts of one record, and nothing but the beginning when it grows too large. */
export function createRecordBuffer(limit = MAX_RECORD_BYTES) {
  let parts: Uint8Array[] = [];
  let length = 0;
  return {
    add(part: Uint8Array) {
      if (part.length === 0) return;
      const before = length;
      length += part.length;
      if (length <= limit) parts.push(part);
      else if (before <= limit) parts = [headOf([...parts, part])];
    },
    isEmpty: () => length === 0,
    /** The record so far; the next one begins. */
    take() {
      const taken = { bytes: Buffer.concat(parts), tooLarge: length > limit };
      parts = [];
      length = 0;
      return taken;
    },
  };
}

/** A copy, since a view would keep all of it. */
function headOf(parts: Uint8Array[]): Buffer {
  return Buffer.from(Buffer.concat(parts).subarray(0, HEAD_BYTES));
}
