import type { Hardware, Lab } from "../lab.ts";
import { quote } from "../quote.ts";
import { retry } from "../retry.ts";
import type { MachineName } from "../topology.ts";
import type { Hop } from "./hop.ts";
import { outputOf } from "./output.ts";
import { somebody } from "./prosa.ts";

const LIMIT_MS = 120_000;
const TAG = "lab-test";
const DISK = { serial: "spare", bytes: 64 * 1024 * 1024 };
const GUEST_DISK = `/dev/disk/by-id/virtio-${DISK.serial}`;

/** Where Linux has the switch of a second processor. */
const SECOND = "/sys/devices/system/cpu/cpu1/online";

/** What can be done to machines and not to namespaces. */
export const hardwareHops = (hardware: Hardware): Hop[] => [
  snapshot(hardware),
  disk(hardware),
  processor(hardware),
];

const snapshot = (hardware: Hardware): Hop => ({
  name: "snapshot, damage, revert",
  async walk(lab) {
    await hardware.forget(TAG); // A walk that failed may have left one, and a disk as well.
    const person = await somebody();
    const { chat } = await person.chats.createChat({ title: "Kept by the snapshot" });
    await hardware.snapshot(TAG);
    const program = quote(`${lab.site("vm1").app}/server`);
    const tables = quote(`${lab.site("vm2").data}/cluster/base`);
    await outputOf(lab.sh("vm1", `rm -r ${program}`));
    await outputOf(lab.sh("vm2", `rm -r ${tables}`));
    await hardware.revert(TAG);
    await outputOf(lab.sh("vm1", `test -d ${program}`));
    await outputOf(lab.sh("vm2", `test -d ${tables}`));
    // Connections from before the snapshot are dead, and Prosa finds that out by itself.
    await until("the chat is not there again", async () => {
      const { chats } = await person.chats.listChats({});
      return chats.some(({ id }) => id === chat!.id);
    });
    await expectTime(lab);
    await hardware.forget(TAG);
    return "files, database and clock are right again";
  },
});

const disk = (hardware: Hardware): Hop => ({
  name: "a disk is plugged into VM3 and out again",
  async walk(lab) {
    await hardware.unplugDisk("vm3", DISK.serial);
    await hardware.plugDisk("vm3", DISK.serial, DISK.bytes);
    await until("VM3 does not see the disk", async () => has(lab, "vm3", `test -b ${GUEST_DISK}`));
    const use = [
      `mkfs.ext4 -q ${GUEST_DISK}`,
      `mount ${GUEST_DISK} /mnt`,
      "echo written > /mnt/file",
      "cat /mnt/file",
      "umount /mnt",
    ];
    const output = await outputOf(lab.sh("vm3", use.join(" && ")));
    if (output !== "written") throw new Error(`The disk gave ${output} back.`);
    await hardware.unplugDisk("vm3", DISK.serial);
    await until("VM3 still sees the disk", async () => has(lab, "vm3", `! test -b ${GUEST_DISK}`));
    return "seen, written to and gone";
  },
});

// Never out again: emulating QEMU 7.2 dies some time after that. VM2 loses its power next, and has
// one processor when it comes back.
const processor = (hardware: Hardware): Hop => ({
  name: "a processor is plugged into VM2",
  async walk(lab) {
    const count = async () => Number(await outputOf(lab.sh("vm2", "nproc")));
    const before = await count();
    await hardware.plugProcessor("vm2");
    await until("VM2 does not see it", async () => has(lab, "vm2", `test -e ${SECOND}`));
    await outputOf(lab.sh("vm2", `echo 1 > ${SECOND}`));
    const after = await count();
    if (after !== before + 1) throw new Error(`VM2 sees ${after} processors, not ${before + 1}.`);
    return `${before} → ${after}`;
  },
});

async function expectTime(lab: Lab): Promise<void> {
  const seconds = Number(await outputOf(lab.sh("vm2", "date +%s")));
  if (Math.abs(seconds - Date.now() / 1000) > LIMIT_MS / 1000)
    throw new Error("VM2's clock stands at the time of the snapshot.");
}

const has = async (lab: Lab, name: MachineName, line: string) =>
  (await lab.sh(name, line)).code === 0;

/** Waits until something is so; what fails meanwhile is tried again. */
const until = (otherwise: string, check: () => Promise<boolean>): Promise<void> =>
  retry(LIMIT_MS, async () => {
    const isSo = await check().catch((error: unknown) => {
      throw new Error(`${otherwise}: ${error instanceof Error ? error.message : String(error)}`);
    });
    if (!isSo) throw new Error(otherwise);
  });
