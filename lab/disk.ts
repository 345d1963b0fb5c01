import { existsSync, globSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "./command.ts";
import { files, filesOf, folder } from "./folder.ts";
import type { MachineName } from "./topology.ts";

/** Makes the disk of a machine where there is none: what differs from the image. */
export async function makeDisk(name: MachineName): Promise<void> {
  const { disk } = filesOf(name);
  if (existsSync(disk)) return;
  const base = ["-b", `${files.image}/disk.qcow2`, "-F", "qcow2"];
  await succeed(["qemu-img", "create", "-q", "-f", "qcow2", ...base, disk]);
}

/** Another disk, which is plugged in while the machine runs. */
export const diskFile = (name: MachineName, serial: string): string =>
  join(folder, `${name}-${serial}.img`);

/** All of these that there are of a machine. */
export const diskFilesOf = (name: MachineName): string[] =>
  globSync(`${name}-*.img`, { cwd: folder }).map((file) => join(folder, file));

export function makeDiskFile(name: MachineName, serial: string, bytes: number): string {
  const path = diskFile(name, serial);
  writeFileSync(path, "");
  truncateSync(path, bytes);
  return path;
}
