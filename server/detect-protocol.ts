import type { Socket } from "node:net";

/** Every HTTP/2 connection begins with these bytes, and no HTTP/1.1 request does. */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export type Protocol = "http1" | "http2";

/**
 * Calls `found` as soon as the first bytes tell the protocol; the socket is then paused and has
 * its bytes back. A socket that has not told within `limit` ms is destroyed.
 */
export function detectProtocol(socket: Socket, limit: number, found: (is: Protocol) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const giveUp = () => socket.destroy();
  const timer = setTimeout(giveUp, limit);

  const settle = () => {
    clearTimeout(timer);
    socket.off("data", read).off("end", giveUp).off("error", giveUp).off("close", settle);
  };
  const read = (chunk: Buffer) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, PREFACE.length);
    const same = PREFACE.compare(seen, 0, length, 0, length) === 0;
    if (same && length < PREFACE.length) return;
    settle();
    socket.pause();
    socket.unshift(seen);
    found(same ? "http2" : "http1");
  };
  socket.on("data", read).on("end", giveUp).on("error", giveUp).on("close", settle);
}
