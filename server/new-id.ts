import { randomUUIDv7 } from "node:crypto";

let millisecond = 0;
let sequence = 0;

/**
 * A UUID (version 7) that is greater than all that this process made before. Those of node:crypto
 * are in no order within a millisecond, and a message must sort before its reply.
 */
export function newId(): string {
  const now = Date.now();
  if (now > millisecond) {
    millisecond = now;
    sequence = 0;
  } else if (++sequence > 0xfff) {
    millisecond += 1;
    sequence = 0;
  }
  const time = millisecond.toString(16).padStart(12, "0");
  const count = sequence.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${randomUUIDv7().slice(19)}`;
}
