/** One envelope of a body: a byte of flags, four of length, the payload. */
export interface Frame {
  flags: number;
  length: number;
  /** Missing where it is larger than is kept. */
  payload: Uint8Array | undefined;
}

export const FRAME_HEAD_BYTES = 5;
/** The flag of the last frame of a gRPC-Web body, which holds the trailers as text. */
export const TRAILERS_FLAG = 0x80;
/** A larger payload is counted, but not looked into. */
export const MAX_PAYLOAD_BYTES = 65_536;

/** Finds the frames in the chunks of a body, wherever these are cut. */
export function createFrameReader(take: (frame: Frame) => void): (chunk: Uint8Array) => void {
  const head = new Uint8Array(FRAME_HEAD_BYTES);
  const view = new DataView(head.buffer);
  let have = 0;
  let length = 0;
  let payload: Uint8Array | undefined;
  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (have < FRAME_HEAD_BYTES) {
        head[have] = chunk[at] ?? 0;
        have += 1;
        at += 1;
        if (have < FRAME_HEAD_BYTES) continue;
        length = view.getUint32(1);
        payload = length <= MAX_PAYLOAD_BYTES ? new Uint8Array(length) : undefined;
      } else {
        const part = chunk.subarray(at, at + FRAME_HEAD_BYTES + length - have);
        payload?.set(part, have - FRAME_HEAD_BYTES);
        have += part.length;
        at += part.length;
      }
      if (have < FRAME_HEAD_BYTES + length) continue;
      take({ flags: view.getUint8(0), length, payload });
      have = 0;
    }
  };
}

/** The lines of a frame of trailers as names and values. */
export function readTrailers(payload: Uint8Array): [name: string, value: string][] {
  return new TextDecoder()
    .decode(payload)
    .split("\r\n")
    .filter((line) => line.includes(":"))
    .map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    });
}
