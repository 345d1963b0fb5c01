import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** An account of the system that PostgreSQL runs as. */
export type Account = { name: string; uid: number; gid: number };

/** How to start a program as an account: what to spawn, and with which options. */
export type Launch = { command: string; args: string[]; options: { uid?: number; gid?: number } };

const FIRST_PERSON = 1000;

/**
 * The account that the cluster under `dataFolder` runs as; undefined when the process is not root
 * and may run PostgreSQL itself. Root's data folder may belong to a person: then it is theirs.
 */
export function chooseAccount(dataFolder: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readAccounts();
  const owner = statSync(dataFolder).uid;
  const chosen =
    accounts.find(({ uid, name }) => uid === owner && uid >= FIRST_PERSON && name !== "nobody") ??
    accounts.find(({ name }) => name === "postgres") ??
    accounts.find(({ name }) => name === "nobody");
  if (chosen && chosen.uid !== 0) return chosen;
  throw new Error(
    "PostgreSQL refuses to run as root, and this system has no account `postgres` or `nobody`. " +
      "Start Prosa as an ordinary user, or set DATABASE_URL.",
  );
}

function readAccounts(): Account[] {
  return readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
    .flatMap(([name, , uid, gid]) =>
      name && uid && gid ? [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }] : [],
    );
}

/** Starts `program` as `account`, also where it lies or works in a folder closed to the account. */
export function launchAs(
  account: Account | undefined,
  program: string,
  args: string[],
  folder: string,
): Launch {
  if (!account) return { command: program, args, options: {} };
  const { uid, gid } = account;
  const runs = permits(account, program, 5);
  if (runs && reaches(account, program) && reaches(account, folder)) {
    return { command: program, args, options: { uid, gid } };
  }
  const capability = passingCapability(runs);
  if (!capability) {
    throw new Error(
      `PostgreSQL refuses to run as root, and the account ${account.name} cannot enter ${folder} ` +
        `or ${dirname(program)}. Move Prosa to a folder that everybody may enter, ` +
        "start it as an ordinary user, or set DATABASE_URL.",
    );
  }
  const privileges = [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
  return { command: "setpriv", args: [...privileges, "--", program, ...args], options: {} };
}

function reaches(account: Account, path: string): boolean {
  for (let at = dirname(path); ; at = dirname(at)) {
    if (!permits(account, at, 1)) return false;
    if (at === dirname(at)) return true;
  }
}

/** Whether the mode of `path` gives the account all of `bits` (4 read, 2 write, 1 enter or run). */
function permits({ uid, gid }: Account, path: string, bits: number): boolean {
  const stat = statSync(path);
  const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0;
  return ((stat.mode >> shift) & bits) === bits;
}

const CAP_DAC_OVERRIDE = 1n;
const CAP_DAC_READ_SEARCH = 2n;

/** The smallest capability of this process that passes through closed folders. */
function passingCapability(runs: boolean): string | undefined {
  if (process.platform !== "linux") return undefined;
  const status = readFileSync("/proc/self/status", "utf8");
  const held = BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(status)?.[1] ?? "0"}`);
  if (runs && (held >> CAP_DAC_READ_SEARCH) & 1n) return "dac_read_search";
  return (held >> CAP_DAC_OVERRIDE) & 1n ? "dac_override" : undefined;
}
