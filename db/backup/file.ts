import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { BadBackup, cutOff } from "./read.ts";

/** What the name of a file ends with that is not whole yet. */
export const DRAFT = ".part";

const compression = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

/** Where a backup goes takes no more of it, as opposed to where it comes from. */
export class OutputFailure extends Error {
  readonly code: string | undefined;
  constructor(place: string, cause: unknown) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "its folder does not exist" : message;
    super(`${place} cannot be written: ${why}.`, { cause });
    this.code = code;
  }
}

/** Writes the bytes, compressed, to where they go on to. */
export async function compressTo(
  target: Writable,
  bytes: AsyncIterable<Buffer>,
  place: string,
): Promise<void> {
  let failure: { error: unknown } | undefined;
  const fail = (error: unknown): never => {
    failure = { error };
    throw error;
  };
  // Not `yield*`: a stream throws what went wrong with another one into its generator.
  async function* source() {
    const iterator = bytes[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await iterator.next().catch(fail);
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  try {
    await pipeline(Readable.from(source()), createZstdCompress(compression), target);
  } catch (error) {
    throw failure === undefined ? new OutputFailure(place, error) : failure.error;
  }
}

/** Writes a file that takes its name only when it is whole and on the disk, for its owner alone. */
export async function writeBackupFile(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new Error(`${path} is a folder.`);
  }
  const draft = `${path}.${randomUUID()}${DRAFT}`;
  try {
    const file = createWriteStream(draft, { flags: "wx", mode: 0o600, flush: true });
    await compressTo(file, bytes, path);
    await rename(draft, path).catch((error: unknown) => {
      throw new OutputFailure(path, error);
    });
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Without it the new name could be lost at a power cut. Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await using folder = await open(path);
  await folder.sync();
}

/** The bytes of a backup as they were before they were compressed; `onRead` is told of the file's. */
export async function* readBackupFile(
  path: string,
  signal?: AbortSignal,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const file = createReadStream(path, signal && { signal });
  const plain = createZstdDecompress();
  const reading = pipeline(file, plain).catch((error: unknown) => plain.destroy(error as Error));
  try {
    for await (const chunk of plain) {
      onRead(file.bytesRead);
      yield chunk as Buffer;
    }
    await reading;
    onRead(file.bytesRead);
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : explainReading(error, path);
  } finally {
    plain.destroy();
  }
}

function explainReading(error: unknown, path: string): unknown {
  const { code = "", syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === "open" && code === "ENOENT") return new Error(`There is no file ${path}.`);
  if (syscall !== undefined)
    return new Error(`${path} cannot be read: ${message}.`, { cause: error });
  if (code === "Z_BUF_ERROR") return cutOff();
  if (code === "ZSTD_error_prefix_unknown")
    return new BadBackup("The file is not a backup of Prosa.");
  if (code.startsWith("ZSTD_"))
    return new BadBackup("The backup is damaged: it cannot be unpacked.");
  return error;
}
