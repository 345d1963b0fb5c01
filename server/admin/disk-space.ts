import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { LOW_DISK_BYTES } from "../limits.ts";

export type DiskSpace = { freeBytes: number; totalBytes: number; low: boolean };

/** The room on the disk of a folder, or of where it will be made; undefined when nobody can tell. */
export async function readDiskSpace(folder: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    return { freeBytes, totalBytes: blocks * bsize, low: freeBytes < LOW_DISK_BYTES };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const parent = dirname(folder);
    return isMissing && parent !== folder ? readDiskSpace(parent) : undefined;
  }
}
