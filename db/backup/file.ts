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

/** Writes the bytes, compressed, to where they go on to. */
export async function compressTo(target: Writable, bytes: AsyncIterable<Buffer>): Promise<void> {
  await pipeline(Readable.from(bytes), createZstdCompress(compression), target);
}

/** Writes a file that takes its name only when it is whole and on the disk, for its owner alone. */
export async function writeBackupFile(path: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  const draft = `${path}.${randomUUID()}${DRAFT}`;
  if ((await stat(path).catch(() => undefined))?.isDirectory()) {
    throw new Error(`${path} is a folder.`);
  }
  try {
    await compressTo(createWriteStream(draft, { flags: "wx", mode: 0o600, flush: true }), bytes);
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(draft, { force: true });
    throw explain(error, path);
  }
}

function explain(error: unknown, path: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (!isOfFiles(syscall)) return error;
  const why = code === "ENOENT" ? "its folder does not exist" : message;
  return new Error(`${path} cannot be written: ${why}.`, { cause: error });
}

const isOfFiles = (syscall: string | undefined) =>
  ["open", "write", "writev", "fsync", "rename", "close"].includes(syscall ?? "");

/** Without it the new name could be lost at a power cut. Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await using folder = await open(path);
  await folder.sync();
}

/** The bytes of a backup as they were before they were compressed. */
export async function* readBackupFile(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const file = createReadStream(path, signal && { signal });
  const plain = createZstdDecompress();
  const reading = pipeline(file, plain).catch((error: unknown) => plain.destroy(error as Error));
  try {
    for await (const chunk of plain) yield chunk as Buffer;
    await reading;
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
