import { Failure, misuse } from "./failure.ts";

/** The greatest message that a server takes, in bytes of UTF-8. */
export const MESSAGE_BYTES = 262_144;

const LIMIT = `${MESSAGE_BYTES.toLocaleString("en")} bytes`;

/** Refuses what no server takes as a message, before anything is made for it. */
export function checkMessage(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > MESSAGE_BYTES) {
    const size = `${bytes.toLocaleString("en")} bytes`;
    throw new Failure(`This is too long: it has ${size}, and a message may have ${LIMIT}.`);
  }
  if (text.includes("\0")) throw misuse("A message is text, and holds no NUL.");
}

/** Passes chunks on until no message can hold what they make together. */
export async function* withinMessage(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MESSAGE_BYTES) throw tooMuch();
    yield Buffer.from(chunk);
  }
}

/** The same for text in which each line is a message of its own. */
export async function* withinLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    const piece = Buffer.from(chunk);
    const first = piece.indexOf(LINE_FEED);
    bytes += first === -1 ? piece.length : first;
    if (bytes > MESSAGE_BYTES) throw tooMuch();
    if (first !== -1) bytes = piece.length - piece.lastIndexOf(LINE_FEED) - 1;
    yield piece;
  }
}

const LINE_FEED = 0x0a;

function tooMuch(): Failure {
  return new Failure(`What is piped in is too long: a message may have ${LIMIT}.`);
}
