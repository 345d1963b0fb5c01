/** What to do with a delta: append `text`, skip it as already known, or ask again because of a gap. */
export type Join = { kind: "append"; text: string; bytes: number } | { kind: "known" | "gap" };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The length of a text in bytes of UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/**
 * Fits a delta to the `have` bytes that are there: `bytes` is what is there after it. A cut within
 * a character is a gap, since what is there cannot then be the beginning of the same text.
 */
export function joinDelta(have: number, offset: number, delta: string): Join {
  if (offset > have) return { kind: "gap" };
  const encoded = encoder.encode(delta);
  const end = offset + encoded.length;
  if (offset === have) return { kind: "append", text: delta, bytes: end };
  if (end <= have) return { kind: "known" };
  try {
    return { kind: "append", text: decoder.decode(encoded.subarray(have - offset)), bytes: end };
  } catch {
    return { kind: "gap" };
  }
}
