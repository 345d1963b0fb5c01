import { rmSync } from "node:fs";
import { agentAt } from "./agent.ts";
import { diskFile, makeDiskFile } from "./disk.ts";
import { filesOf } from "./folder.ts";
import type { Hardware } from "./lab.ts";
import { type Monitor, monitorAt } from "./monitor.ts";
import { FREE_SLOTS } from "./qemu.ts";
import { retry } from "./retry.ts";
import { type MachineName, startOrder } from "./topology.ts";

const UNPLUG_LIMIT_MS = 60_000;

/** The disk and the memory are kept in the disk's own file. */
const ROOT = { vmstate: "root", devices: ["root"] };

/** What is done to virtual machines from outside, through QEMU's monitors. */
export function qemuHardware(): Hardware {
  const monitor = (name: MachineName) => monitorAt(filesOf(name).monitor);
  const all = (act: (monitor: Monitor) => Promise<unknown>) =>
    Promise.all(startOrder.map((name) => act(monitor(name))));

  /** All stand still meanwhile, so that what one has sent the other has got, now as later. */
  async function stoodStill(act: (monitor: Monitor) => Promise<unknown>): Promise<void> {
    await all((it) => it.execute("stop"));
    try {
      // One after the other: a failure leaves no job behind.
      for (const name of startOrder) await act(monitor(name));
    } finally {
      await all((it) => it.execute("cont"));
    }
  }

  return {
    snapshot: (tag) => stoodStill((it) => it.job("snapshot-save", { tag, ...ROOT })),
    forget: async (tag) =>
      void (await all((it) => it.job("snapshot-delete", { tag, devices: ROOT.devices }))),
    async revert(tag) {
      await stoodStill((it) => it.job("snapshot-load", { tag, ...ROOT }));
      for (const name of startOrder) await agentAt(filesOf(name).agent).setTime(new Date());
    },

    async plugDisk(name, serial, bytes) {
      const filename = makeDiskFile(name, serial, bytes);
      const file = { driver: "file", filename };
      const { execute } = monitor(name);
      await execute("blockdev-add", { driver: "raw", "node-name": serial, file });
      await execute("device_add", {
        driver: "virtio-blk-pci",
        ...{ id: serial, drive: serial, serial, bus: FREE_SLOTS[0] },
      });
    },
    async unplugDisk(name, serial) {
      const { execute } = monitor(name);
      const devices = await execute<Device[]>("qom-list", { path: "/machine/peripheral" });
      if (devices.some((it) => it.name === serial)) await execute("device_del", { id: serial });
      const nodes = await execute<Node[]>("query-named-block-nodes");
      if (nodes.some((it) => it["node-name"] === serial))
        // The guest lets it go when it is ready to.
        await retry(UNPLUG_LIMIT_MS, () => execute("blockdev-del", { "node-name": serial }));
      rmSync(diskFile(name, serial), { force: true });
    },

    async plugProcessor(name) {
      const { execute } = monitor(name);
      const slots = await execute<Slot[]>("query-hotpluggable-cpus");
      const free = slots.find((slot) => slot["qom-path"] === undefined);
      if (free === undefined) throw new Error(`${name} has no place for another processor.`);
      await execute("device_add", { driver: free.type, id: SECOND, ...free.props });
    },
  };
}

type Device = { name: string };
type Node = { "node-name"?: string };
type Slot = { type: string; props: object; "qom-path"?: string };

const SECOND = "second-processor";
