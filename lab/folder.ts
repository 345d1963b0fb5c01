import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MachineName } from "./topology.ts";

/** The project, with everything that runs in the laboratory. */
export const project = join(import.meta.dirname, "..");

/** Where the laboratory keeps its disks, data, sockets and logs. */
export const folder = process.env.LAB_FOLDER ?? join(project, ".cache", "lab");

/** A UNIX socket's path may have 107 bytes, and the names in the folder take some of them. */
const LONGEST_FOLDER = 85;

export const files = {
  holder: join(folder, "holder.pid"),
  holderLog: join(folder, "holder.log"),
  lock: join(folder, "lock"),
  mode: join(folder, "mode"),
  password: join(folder, "database.password"),
  filter: join(folder, "filter.nft"),
  accelerator: join(folder, "accelerator"),
  relay: join(folder, "open.sock"),
  image: join(folder, "image"),
};

/** What belongs to one machine. */
export const filesOf = (name: MachineName) => ({
  data: join(folder, name),
  script: join(folder, `${name}.sh`),
  log: join(folder, `${name}.log`),
  pid: join(folder, `${name}.pid`),
  disk: join(folder, `${name}.qcow2`),
  monitor: join(folder, `${name}.qmp`),
  agent: join(folder, `${name}.agent`),
});

/**
 * Makes the folder, which only its owner may enter, or throws words that say what is wrong with it.
 * The result is the topmost folder that was not there before.
 */
export function makeFolder(): string | undefined {
  if (Buffer.byteLength(folder) > LONGEST_FOLDER) {
    throw new Error(
      `The folder ${folder} has too long a name for sockets (${LONGEST_FOLDER} bytes at most). ` +
        "Give the laboratory another one with LAB_FOLDER.",
    );
  }
  // What it lies in holds other things as well, and is as open as any new folder.
  const above = mkdirSync(dirname(folder), { recursive: true });
  const own = mkdirSync(folder, { recursive: true, mode: 0o700 });
  return above ?? own;
}
