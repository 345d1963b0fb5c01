import { readdirSync, readFileSync } from "node:fs";

const ticksPerSecond = 100;
const pageBytes = 4096;

/** Seconds of processor time that a process has used, with its reaped children when asked for. */
export function cpuSeconds(pid: number, withChildren = false): number {
  const fields = readStat(pid);
  const ticks = (index: number) => Number(fields[index]);
  const own = ticks(11) + ticks(12);
  return (own + (withChildren ? ticks(13) + ticks(14) : 0)) / ticksPerSecond;
}

/** Bytes of memory that a process holds, pages shared with others included. */
export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * pageBytes;
}

/** Bytes of memory of several processes, each shared page divided among its holders. */
export function proportionalBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return sum + Number(kilobytes ?? 0) * 1024;
  }, 0);
}

/** The processes that a process has started, and theirs. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)));
  }
  const found = [pid];
  for (const parent of found) {
    for (const [child, its] of parents) if (its === parent) found.push(child);
  }
  return found.slice(1);
}

/** The first word of a process's command line. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "";
  } catch {
    return "";
  }
}

function parentOf(pid: number): number {
  try {
    return Number(readStat(pid)[1]);
  } catch {
    return -1;
  }
}

/** The fields after the name, which may itself hold blanks and brackets. */
function readStat(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
