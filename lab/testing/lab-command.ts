import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, type Ended } from "../command.ts";
import { lives } from "../holder.ts";

const MAIN = join(import.meta.dirname, "../main.ts");

export type LabCommand = ReturnType<typeof labIn>;

/** The command `lab` with a folder of its own, perhaps run by another user. */
export function labIn(folder: string, as: string[] = []) {
  const env = { ...process.env, LAB_FOLDER: folder };
  const argv = (words: string[]) => [...as, process.execPath, MAIN, ...words];
  return {
    folder,
    run: (...words: string[]): Promise<Ended> => command(argv(words), { env }),
    /** Starts it without waiting for its end. */
    start(...words: string[]) {
      const [program = "", ...args] = argv(words);
      return spawn(program, args, { env, stdio: "ignore", detached: true });
    },
  };
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "prosa-lab-"));

export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true });

/** The living processes of this machine that are in a namespace. */
export function processesIn(space: string, namespace: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(lives)
    .filter((pid) => namespaceOf(pid, space) === namespace);
}

/** The identity of a process's namespace; empty when it is gone. */
export function namespaceOf(pid: number, space: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${space}`);
  } catch {
    return "";
  }
}
