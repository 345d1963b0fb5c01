import { randomBytes } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { lockFile } from "../db/embedded/folder-lock.ts";
import { diskFilesOf } from "./disk.ts";
import { files, filesOf, folder, makeFolder } from "./folder.ts";
import type { Lab } from "./lab.ts";
import { lastLab } from "./modes.ts";
import { type MachineName, machines, startOrder } from "./topology.ts";

/** Brings everything up; a failure on the way leaves nothing running. */
export async function up(lab: Lab, print: (line: string) => void): Promise<void> {
  makeFolder();
  const lock = lockFile(files.lock);
  if (lock === undefined) throw new Error("The laboratory is being brought up by another command.");
  try {
    if (await lastLab()?.exists())
      throw new Error(`A laboratory is up already in ${folder}: npm run lab -- down ends it.`);
    removeTraces();
    writeFileSync(files.mode, lab.mode);
    if (!existsSync(files.password))
      writeFileSync(files.password, randomBytes(24).toString("base64url"), { mode: 0o600 });
    try {
      await start(lab, print);
    } catch (error) {
      await lab.end();
      throw error;
    }
  } finally {
    lock.release();
  }
}

async function start(lab: Lab, print: (line: string) => void): Promise<void> {
  await lab.begin(print);
  const startOne = async (name: MachineName) => {
    const started = performance.now();
    await lab.start(name);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    print(`${name}: ${machines[name].service.name} runs (${seconds} s)`);
  };
  // Machines take long to boot, and their systemd tries Prosa again until the others are there.
  if (lab.hardware !== undefined) await Promise.all(startOrder.map(startOne));
  else for (const name of startOrder) await startOne(name);
}

/** Ends everything, in order where that is possible; `wipe` also forgets disks and data. */
export async function down(lab: Lab | undefined, wipe: boolean): Promise<void> {
  if (lab !== undefined && (await lab.exists())) {
    for (const name of startOrder.toReversed()) {
      // What does not end by itself is ended with all the rest.
      if (await lab.runs(name)) await lab.stop(name).catch(() => undefined);
    }
  }
  await lab?.end();
  removeTraces();
  if (!wipe) return;
  for (const name of startOrder) {
    const { data, script, log, disk } = filesOf(name);
    for (const path of [data, script, log, disk, ...diskFilesOf(name)])
      rmSync(path, { recursive: true, force: true });
  }
  for (const path of [files.password, files.mode, files.filter, files.holderLog])
    rmSync(path, { force: true });
}

/** What only means something while the laboratory runs. */
function removeTraces(): void {
  for (const name of startOrder) {
    const { pid, monitor, agent } = filesOf(name);
    for (const path of [pid, monitor, agent]) rmSync(path, { force: true });
  }
  for (const path of [files.relay, files.accelerator]) rmSync(path, { force: true });
}
