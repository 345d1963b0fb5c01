import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { walkHops } from "./hops/hop.ts";
import type { Hardware, Lab, Mode } from "./lab.ts";
import { labOf, lastLab, runningLab } from "./modes.ts";
import { openPort } from "./open.ts";
import { pathOf } from "./path.ts";
import { type MachineName, machines, type Place, prosaUrl } from "./topology.ts";
import { down, up } from "./up.ts";

export type Flags = {
  namespaces?: boolean | undefined;
  libvirt?: boolean | undefined;
  wipe?: boolean | undefined;
};

/** The result is the exit code. */
type Command = { words: number; run(words: string[], flags: Flags): Promise<number> };

const print = (line: string) => void process.stdout.write(`${line}\n`);

export const commands: Record<string, Command> = {
  build: { words: 0, run: async () => (await (await import("./build.ts")).build(print), 0) },
  up: {
    words: 0,
    async run(_words, flags) {
      await up(labOf(modeOf(flags)), print);
      print(`Prosa is at ${prosaUrl} for LAN1. See it here: npm run lab -- open 8080`);
      return 0;
    },
  },
  status: { words: 0, run: status },
  test: {
    words: 0,
    run: async () => {
      const lab = await runningLab();
      const main = join(import.meta.dirname, "main.ts");
      return inForeground([...lab.client(), process.execPath, main, "walk"]);
    },
  },
  // What `test` runs at LAN1.
  walk: {
    words: 0,
    run: async () => {
      const lab = await runningLab();
      return (await walkHops(lab, pathOf(lab), print)) ? 0 : 1;
    },
  },
  snapshot: {
    words: 1,
    run: async ([name = ""]) => {
      await hardwareOf(await runningLab()).snapshot(snapshotName(name));
      print(`Snapshot ${name} is taken of all machines.`);
      return 0;
    },
  },
  revert: {
    words: 1,
    run: async ([name = ""]) => {
      await hardwareOf(await runningLab()).revert(snapshotName(name));
      print(`All machines are as they were at snapshot ${name}.`);
      return 0;
    },
  },
  sh: {
    words: 2,
    async run([place = "", line = ""]) {
      const lab = await runningLab();
      if (place !== "lan1") machineName(place);
      const { code, output, errors } = await lab.sh(place as Place, line);
      process.stdout.write(output);
      process.stderr.write(errors);
      return code;
    },
  },
  cut: {
    words: 1,
    run: async ([name = ""]) => (await (await runningLab()).cut(machineName(name)), 0),
  },
  start: {
    words: 1,
    run: async ([name = ""]) => (await (await runningLab()).start(machineName(name)), 0),
  },
  open: {
    words: 1,
    run: async ([port = ""]) => {
      const lab = await runningLab();
      await openPort(lab.client(), Number(port), print);
      return 0;
    },
  },
  down: {
    words: 0,
    run: async (_words, { wipe = false }) => {
      await down(lastLab(), wipe);
      print("The laboratory is down.");
      return 0;
    },
  },
};

function modeOf({ namespaces = false, libvirt = false }: Flags): Mode {
  if (namespaces && libvirt) throw new Error("--namespaces and --libvirt exclude each other.");
  if (namespaces) return "namespaces";
  return libvirt ? "libvirt" : "qemu";
}

/** The exit code is 0 only when everything runs. */
async function status(): Promise<number> {
  const lab = lastLab();
  if (lab === undefined || !(await lab.exists())) {
    print("The laboratory is down.");
    return 1;
  }
  print(`The laboratory is up (${lab.mode}).`);
  let all = true;
  for (const { name, service, cards } of Object.values(machines)) {
    const runs = await lab.runs(name);
    all &&= runs;
    const addresses = cards.map(({ address }) => address).join(", ");
    print(`${name}  ${runs ? "runs" : "is off"}  ${addresses}  ${service.name}`);
  }
  return all ? 0 : 1;
}

function machineName(name: string): MachineName {
  if (!Object.hasOwn(machines, name)) throw new Error(`There is no machine ${name}.`);
  return name as MachineName;
}

function snapshotName(name: string): string {
  if (/^[A-Za-z][\w-]{0,63}$/.test(name)) return name;
  throw new Error("The name of a snapshot is a letter and up to 63 letters, digits, - or _.");
}

function hardwareOf(lab: Lab): Hardware {
  if (lab.hardware === undefined)
    throw new Error(
      "Only virtual machines can do this: bring the laboratory up without --namespaces.",
    );
  return lab.hardware;
}

async function inForeground([program = "", ...args]: string[]): Promise<number> {
  const child = spawn(program, args, { stdio: "inherit" });
  const [code] = await once(child, "exit");
  return (code as number | null) ?? 1;
}
