import { accessSync, constants, writeFileSync } from "node:fs";
import { command } from "./command.ts";
import { files } from "./folder.ts";
import type { Accelerator } from "./qemu.ts";

/** A kernel under a working KVM is there in a fraction of this. */
const PROBE_SECONDS = 8;
const DEVICE = "/dev/kvm";

/**
 * Whether the machines can run on the processor itself. That the device is there says little: where
 * this machine is a virtual one as well it may open, and no guest ever gets beyond its first lines.
 * What is chosen holds until the laboratory is down, also for a machine that is started again.
 */
export async function chooseAccelerator(
  print: (line: string) => void,
  device = DEVICE,
): Promise<Accelerator> {
  const chosen = await probe(print, device);
  writeFileSync(files.accelerator, chosen);
  return chosen;
}

async function probe(print: (line: string) => void, device: string): Promise<Accelerator> {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
  } catch {
    print(`${device} is not there for this user: the machines are emulated, which is slower.`);
    return "tcg";
  }
  // Without a disk the kernel starts, finds no root and says so: then it has run.
  const { output } = await command([
    ...["timeout", String(PROBE_SECONDS), "qemu-system-x86_64", "-machine", "q35", "-accel", "kvm"],
    ...["-cpu", "host", "-m", "256", "-nodefaults", "-display", "none", "-no-reboot"],
    ...["-kernel", `${files.image}/vmlinuz`, "-append", "panic=-1 console=ttyS0"],
    ...["-serial", "stdio"],
  ]);
  if (output.includes("Kernel panic")) return "kvm";
  print(
    `${device} is there, but no guest starts with it: the machines are emulated, which is slower.`,
  );
  return "tcg";
}
