import { closeSync, openSync, readSync } from "node:fs";

export type GgufMetadata = Record<string, string | number | boolean>;

const WINDOW = 256 * 1024;
const MAX_STRING = 16 * 1024 ** 2;
const MAX_ENTRIES = 100_000;
const STRING = 8;
const ARRAY = 9;

type Scalar = { size: number; read: (view: DataView) => number | boolean };

const SCALARS: Record<number, Scalar> = {
  0: { size: 1, read: (view) => view.getUint8(0) },
  1: { size: 1, read: (view) => view.getInt8(0) },
  2: { size: 2, read: (view) => view.getUint16(0, true) },
  3: { size: 2, read: (view) => view.getInt16(0, true) },
  4: { size: 4, read: (view) => view.getUint32(0, true) },
  5: { size: 4, read: (view) => view.getInt32(0, true) },
  6: { size: 4, read: (view) => view.getFloat32(0, true) },
  7: { size: 1, read: (view) => view.getUint8(0) !== 0 },
  10: { size: 8, read: (view) => Number(view.getBigUint64(0, true)) },
  11: { size: 8, read: (view) => Number(view.getBigInt64(0, true)) },
  12: { size: 8, read: (view) => view.getFloat64(0, true) },
};

function createCursor(file: number) {
  let window = Buffer.alloc(0);
  let windowStart = 0;
  let position = 0;

  function take(length: number): Buffer {
    const from = position - windowStart;
    if (from < 0 || from + length > window.length) {
      const buffer = Buffer.alloc(Math.max(WINDOW, length));
      const bytesRead = readSync(file, buffer, 0, buffer.length, position);
      if (bytesRead < length) throw new Error("the GGUF file ends in the middle of its metadata");
      window = buffer.subarray(0, bytesRead);
      windowStart = position;
    }
    const at = position - windowStart;
    position += length;
    return window.subarray(at, at + length);
  }

  function scalar(type: number): number | boolean {
    const kind = SCALARS[type];
    if (!kind) throw new Error(`unknown GGUF value type ${type}`);
    const bytes = take(kind.size);
    return kind.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  function count(limit: number): number {
    const value = Number(scalar(10));
    if (value > limit) throw new Error("the GGUF metadata is damaged");
    return value;
  }

  function skipArray(): void {
    const type = Number(scalar(4));
    const length = count(Number.MAX_SAFE_INTEGER);
    const kind = SCALARS[type];
    if (kind) position += kind.size * length;
    else if (type !== STRING) throw new Error(`unknown GGUF array type ${type}`);
    else {
      for (let index = 0; index < length; index++) {
        const bytes = count(MAX_STRING);
        position += bytes;
      }
    }
  }

  const string = () => take(count(MAX_STRING)).toString("utf8");
  return { take, scalar, count, string, skipArray };
}

/** The metadata of a GGUF file without its arrays (the vocabulary). */
export function readGgufMetadata(path: string): GgufMetadata {
  const file = openSync(path, "r");
  try {
    const cursor = createCursor(file);
    if (cursor.take(4).toString("latin1") !== "GGUF") throw new Error("not a GGUF file");
    cursor.take(12); // Version and number of tensors.
    const entries = cursor.count(MAX_ENTRIES);
    const metadata: GgufMetadata = {};
    for (let entry = 0; entry < entries; entry++) {
      const key = cursor.string();
      const type = Number(cursor.scalar(4));
      if (type === ARRAY) cursor.skipArray();
      else metadata[key] = type === STRING ? cursor.string() : cursor.scalar(type);
    }
    return metadata;
  } finally {
    closeSync(file);
  }
}
