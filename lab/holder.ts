import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { files, folder } from "./folder.ts";
import type { Place } from "./topology.ts";

// The holder is the first process of namespaces of the laboratory's own: for users (so that nobody
// needs to be root), networks, mounts and processes. When it dies the kernel ends everything that
// runs in them, and bridges, taps and machines are gone.

/** Set for what runs inside, which needs not enter. */
const INSIDE = "PROSA_LAB_INSIDE";

/** The pid is written before anything else happens, so that no crash leaves a holder unknown. */
const OUTER = `echo $$ > "$1" && exec unshare --map-root-user --net --mount --pid --fork \
  --kill-child sh -c "$2" prosa-lab "$3"`;

/** `wait` buries orphans as the first process has to. */
const INNER = `set -e
mount -t tmpfs tmpfs /run
mkdir /run/netns
mount -t proc proc /proc
touch /run/netns/bridges
mount --bind /proc/self/ns/net /run/netns/bridges
ip link set lo up
echo ready
exec >&2
sleep infinity & wait`;

const ENTER_LIMIT_MS = 10_000;

/** The process id of the holder; undefined when the laboratory is down. */
export function holderPid(): number | undefined {
  try {
    const pid = Number(readFileSync(files.holder, "utf8"));
    // Another process may have got the number since.
    const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return line.includes("prosa-lab") && line.includes(folder) ? pid : undefined;
  } catch {
    return undefined;
  }
}

export async function startHolder(): Promise<void> {
  const log = openSync(files.holderLog, "w", 0o600);
  const child = spawn("sh", ["-c", OUTER, "sh", files.holder, INNER, folder], {
    detached: true,
    stdio: ["ignore", "pipe", log],
  });
  closeSync(log);
  const ready = await new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", () => resolve(false));
    child.stdout!.once("data", () => resolve(true));
  });
  child.stdout!.destroy();
  child.unref();
  if (ready) return;
  throw new Error(
    `This system does not let the laboratory make namespaces: ${readFileSync(files.holderLog, "utf8").trim()}\n` +
      "It needs unshare (util-linux), ip (iproute2), and either unprivileged user namespaces or root.",
  );
}

/** Ends everything that runs in the laboratory, and returns when the kernel has done so. */
export async function stopHolder(): Promise<void> {
  const pid = holderPid();
  if (pid !== undefined) {
    const first = readChildren(pid);
    process.kill(pid, "SIGKILL");
    const until = Date.now() + ENTER_LIMIT_MS;
    // The first process of a namespace is gone only after all others of it.
    while ([pid, ...first].some(lives)) {
      if (Date.now() > until) throw new Error(`The laboratory's process ${pid} does not end.`);
      await sleep(20);
    }
  }
  rmSync(files.holder, { force: true });
}

function readChildren(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter(Boolean).map(Number);
}

/** Whether a process runs; one that nobody buries is dead all the same. */
export function lives(pid: number): boolean {
  try {
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Whether there is a laboratory to run commands in. */
export const inLab = (): boolean => process.env[INSIDE] !== undefined || holderPid() !== undefined;

/** The command that runs another one in the laboratory, at the bridges or in a place of its own network. */
export function within(place?: Place): string[] {
  // By its name also for the bridges: who calls may be at LAN1.
  const network = ["nsenter", `--net=/run/netns/${place ?? "bridges"}`, "--"];
  if (process.env[INSIDE] !== undefined) return network;
  const pid = holderPid();
  if (pid === undefined) throw new Error("The laboratory is down: npm run lab -- up");
  const spaces = ["--user", "--preserve-credentials", "--mount", "--net"];
  const processes = `--pid=/proc/${pid}/ns/pid_for_children`;
  const enter = ["nsenter", `--target=${pid}`, ...spaces, processes];
  return [...enter, "--", "env", `${INSIDE}=1`, ...network];
}
