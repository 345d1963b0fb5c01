import { existsSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { chooseAccelerator } from "./accelerator.ts";
import { agentAt } from "./agent.ts";
import { command, succeed } from "./command.ts";
import { makeDisk } from "./disk.ts";
import { files, filesOf } from "./folder.ts";
import { guestSite } from "./guest-files.ts";
import { qemuHardware } from "./qemu-hardware.ts";
import { beginOwnGround, ownGround } from "./ground.ts";
import { within } from "./holder.ts";
import type { Lab } from "./lab.ts";
import { monitorAt } from "./monitor.ts";
import { tapLines } from "./network.ts";
import { type Accelerator, qemuArgs } from "./qemu.ts";
import { quote } from "./quote.ts";
import { type MachineName, machines } from "./topology.ts";
import { waitForService } from "./wait-for-service.ts";

const STOP_LIMIT_MS = 90_000;
const POLL_MS = 200;

/** Machines that QEMU runs in the laboratory's namespaces: no root, and nothing of the host changes. */
export function virtualLab(): Lab {
  const sh: Lab["sh"] = (place, line) =>
    place === "lan1"
      ? command([...within(place), "sh", "-c", line])
      : agentAt(filesOf(place).agent).sh(line);

  async function begin(print: (line: string) => void): Promise<void> {
    if (!existsSync(`${files.image}/disk.qcow2`))
      throw new Error("There is no image of the machines yet: npm run lab -- build");
    print(`Accelerator: ${await chooseAccelerator(print)}`);
    await beginOwnGround(tapLines(Object.values(machines)));
  }

  async function start(name: MachineName): Promise<void> {
    if (await runs(name)) throw new Error(`${name} runs already.`);
    await makeDisk(name);
    rmSync(filesOf(name).log, { force: true });
    const accelerator = readFileSync(files.accelerator, "utf8") as Accelerator;
    const args = qemuArgs(machines[name], accelerator);
    await succeed([...within(), "qemu-system-x86_64", ...args]);
    await waitForService(name, agentAt(filesOf(name).agent), () => runs(name));
  }

  async function runs(name: MachineName): Promise<boolean> {
    const line = `kill -0 "$(cat ${quote(filesOf(name).pid)})"`;
    return (await command([...within(), "sh", "-c", line])).code === 0;
  }

  async function cut(name: MachineName): Promise<void> {
    const { pid } = filesOf(name);
    await command([...within(), "sh", "-c", `kill -9 "$(cat ${quote(pid)})"`]);
    while (await runs(name)) await sleep(POLL_MS);
    rmSync(pid, { force: true });
  }

  async function stop(name: MachineName): Promise<void> {
    await monitorAt(filesOf(name).monitor).execute("system_powerdown");
    for (const until = Date.now() + STOP_LIMIT_MS; await runs(name); await sleep(POLL_MS))
      if (Date.now() > until) return cut(name);
  }

  const hardware = qemuHardware();
  return {
    ...ownGround,
    mode: "qemu",
    site: guestSite,
    begin,
    start,
    cut,
    stop,
    runs,
    sh,
    hardware,
  };
}
