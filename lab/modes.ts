import { existsSync, readFileSync } from "node:fs";
import { files } from "./folder.ts";
import type { Lab, Mode } from "./lab.ts";
import { libvirtLab } from "./libvirt.ts";
import { namespaceLab } from "./namespaces.ts";
import { virtualLab } from "./virtual-machines.ts";

const modes: Record<Mode, () => Lab> = {
  namespaces: namespaceLab,
  qemu: virtualLab,
  libvirt: libvirtLab,
};

export const labOf = (mode: Mode): Lab => modes[mode]();

/** The laboratory that was brought up last; undefined when there was none. */
export function lastLab(): Lab | undefined {
  if (!existsSync(files.mode)) return undefined;
  return labOf(readFileSync(files.mode, "utf8") as Mode);
}

/** The laboratory that is up, or words that say that none is. */
export async function runningLab(): Promise<Lab> {
  const lab = lastLab();
  if (lab === undefined || !(await lab.exists()))
    throw new Error("The laboratory is down. Bring it up: npm run lab -- up");
  return lab;
}
