import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chooseAccelerator } from "./accelerator.ts";
import { type Execute, guestOf } from "./agent.ts";
import { command, succeed } from "./command.ts";
import { files, filesOf, folder } from "./folder.ts";
import { guestSite } from "./guest-files.ts";
import type { Lab } from "./lab.ts";
import { domainOf, domainXml, networkOf, networkXml } from "./libvirt-xml.ts";
import { libvirtHardware } from "./libvirt-hardware.ts";
import { makeDisk } from "./disk.ts";
import type { Accelerator } from "./qemu.ts";
import { type LanName, lans, type MachineName, machines, startOrder } from "./topology.ts";
import { virsh } from "./virsh.ts";
import { waitForService } from "./wait-for-service.ts";

const STOP_LIMIT_MS = 90_000;
const POLL_MS = 500;
const LANS = Object.keys(lans) as LanName[];

/** The same machines in the hands of the system's libvirt, where virt-manager shows them too. */
export function libvirtLab(): Lab {
  const guest = (name: MachineName) => guestOf(agentThroughLibvirt(name));
  const sh: Lab["sh"] = (place, line) =>
    place === "lan1" ? command(["sh", "-c", line]) : guest(place).sh(line);

  async function begin(print: (line: string) => void): Promise<void> {
    if (!existsSync(`${files.image}/disk.qcow2`))
      throw new Error("There is no image of the machines yet: npm run lab -- build");
    print(`Accelerator: ${await chooseAccelerator(print)}`);
    for (const lan of LANS) await tell("net-create", lan, networkXml(lan));
  }

  async function start(name: MachineName): Promise<void> {
    if (await runs(name)) throw new Error(`${name} runs already.`);
    await makeDisk(name);
    rmSync(filesOf(name).log, { force: true });
    const accelerator = readFileSync(files.accelerator, "utf8") as Accelerator;
    const xml = domainXml(machines[name], accelerator, process.getuid?.() ?? 0);
    await tell("define", name, xml);
    await succeed(virsh("start", domainOf(name)));
    await waitForService(name, guest(name), () => runs(name));
  }

  async function runs(name: MachineName): Promise<boolean> {
    const { output } = await command(virsh("domstate", domainOf(name)));
    return /^(running|paused)/.test(output);
  }

  async function cut(name: MachineName): Promise<void> {
    await command(virsh("destroy", domainOf(name)));
  }

  async function stop(name: MachineName): Promise<void> {
    await succeed(virsh("shutdown", domainOf(name)));
    for (const until = Date.now() + STOP_LIMIT_MS; await runs(name); await sleep(POLL_MS))
      if (Date.now() > until) return cut(name);
  }

  /** The first network is made first and removed last. */
  async function exists(): Promise<boolean> {
    return (await command(virsh("net-info", networkOf("LAN1")))).code === 0;
  }

  async function end(): Promise<void> {
    for (const name of startOrder) {
      await cut(name);
      await command(virsh("undefine", domainOf(name), "--snapshots-metadata"));
    }
    for (const lan of LANS.toReversed()) await command(virsh("net-destroy", networkOf(lan)));
  }

  const hardware = libvirtHardware((name, time) => guest(name).setTime(time));
  const base = { mode: "libvirt", site: guestSite, client: () => [] } as const;
  return { ...base, begin, exists, end, start, cut, stop, runs, sh, hardware };
}

/** virsh reads XML from files only; machines start at the same time, so each has its own. */
async function tell(order: string, name: LanName | MachineName, xml: string): Promise<void> {
  const path = join(folder, `${name}.xml`);
  writeFileSync(path, xml);
  await succeed(virsh(order, path));
  rmSync(path);
}

function agentThroughLibvirt(name: MachineName): Execute {
  return async <T>(execute: string, args: object) => {
    const words = JSON.stringify({ execute, arguments: args });
    const output = await succeed(virsh("qemu-agent-command", domainOf(name), words));
    return (JSON.parse(output) as { return: T }).return;
  };
}
