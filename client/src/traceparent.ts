const BYTES_OF_TRACE = 16;
const BYTES_OF_SPAN = 8;

/** The header by which W3C's Trace Context begins a trace: ids at random, nothing about anybody. */
export function newTraceparent(): string {
  return `00-${randomHex(BYTES_OF_TRACE)}-${randomHex(BYTES_OF_SPAN)}-01`;
}

function randomHex(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
