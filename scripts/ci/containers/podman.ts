import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { cache, need } from "../go-program.ts";
import { output, run } from "../run.ts";

const PACKAGES = ["podman", "crun", "catatonit", "mmdebstrap"];

/** Debian's packages; elsewhere they must be there. */
export function installContainerTools(): void {
  if (!PACKAGES.every(isInstalled) && existsSync("/etc/debian_version")) {
    run("apt-get", ["update", "-qq"]);
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...PACKAGES]);
  }
  for (const command of PACKAGES) need(command);
}

function isInstalled(command: string): boolean {
  try {
    need(command);
    return true;
  } catch {
    return false;
  }
}

/** Images and containers of their own, apart from those that the machine may have. */
const OWN = [
  ...["--root", join(cache, "images"), "--runroot", join(cache, "containers")],
  ...["--storage-driver", "overlay"],
];

/** What podman prints; throws when it fails. */
export const podman = (...args: string[]): string => output("podman", [...OWN, ...args]).trim();

/** Runs podman with its output shown; throws when it fails. */
export const showPodman = (...args: string[]): void => run("podman", [...OWN, ...args]);

/** All that podman and what it runs print, whether it succeeds or not. */
export function tryPodman(...args: string[]): { status: number | null; words: string } {
  const { status, stdout, stderr } = spawnSync("podman", [...OWN, ...args], { encoding: "utf8" });
  return { status, words: `${stdout}${stderr}` };
}
