import { rmSync } from "node:fs";
import { command, succeed } from "./command.ts";
import { diskFile, makeDiskFile } from "./disk.ts";
import type { Hardware } from "./lab.ts";
import { domainOf } from "./libvirt-xml.ts";
import { virsh } from "./virsh.ts";
import { type MachineName, startOrder } from "./topology.ts";

/** What is done to virtual machines from outside, in the words of virsh. */
export function libvirtHardware(
  setTime: (name: MachineName, time: Date) => Promise<unknown>,
): Hardware {
  const all = async (order: string, ...args: string[]) => {
    for (const name of startOrder) await succeed(virsh(order, domainOf(name), ...args));
  };

  /** All stand still meanwhile, so that what one has sent the other has got, now as later. */
  async function stoodStill(act: () => Promise<void>): Promise<void> {
    await all("suspend");
    try {
      await act();
    } finally {
      await all("resume");
    }
  }

  return {
    snapshot: (name) => stoodStill(() => all("snapshot-create-as", name)),
    async revert(name) {
      await stoodStill(() => all("snapshot-revert", name));
      for (const machine of startOrder) await setTime(machine, new Date());
    },
    async forget(name) {
      for (const domain of startOrder.map(domainOf)) {
        const { code } = await command(virsh("snapshot-info", domain, name));
        if (code === 0) await succeed(virsh("snapshot-delete", domain, name));
      }
    },
    async plugDisk(name, serial, bytes) {
      const path = makeDiskFile(name, serial, bytes);
      const target = ["vdb", "--serial", serial, "--subdriver", "raw", "--live"];
      await succeed(virsh("attach-disk", domainOf(name), path, ...target));
    },
    async unplugDisk(name, serial) {
      const disks = await succeed(virsh("domblklist", domainOf(name)));
      if (/^\s*vdb\s/m.test(disks))
        await succeed(virsh("detach-disk", domainOf(name), "vdb", "--live"));
      rmSync(diskFile(name, serial), { force: true });
    },
    plugProcessor: async (name) =>
      void (await succeed(virsh("setvcpus", domainOf(name), "2", "--live"))),
  };
}
