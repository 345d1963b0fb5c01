import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";

/** What the server process wrote about itself; undefined when there is no such file. */
export function readPidFile(cluster: string) {
  try {
    const lines = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    const pid = Math.abs(Number(lines[0]));
    return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === "ready" };
  } catch {
    return undefined;
  }
}

/** Whether the process lives and may be the cluster's; surely not when it works elsewhere. */
export const mayServe = (pid: number, cluster: string): boolean =>
  isAlive(pid) && worksIn(pid, cluster) !== false;

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0) && !isUnburied(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A dead orphan stays in the list of processes where the first process does not look after it. */
function isUnburied(pid: number): boolean {
  try {
    return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Whether a process has the folder as its own; undefined where the system does not tell. */
export function worksIn(pid: number, folder: string): boolean | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? false : undefined;
  }
}
