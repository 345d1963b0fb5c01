import { files, filesOf } from "./folder.ts";
import { CREDENTIAL } from "./guest-files.ts";
import type { Card, Machine } from "./topology.ts";

export type Accelerator = "kvm" | "tcg";

/** Ports of PCI Express into which something can be plugged while the machine runs. */
export const FREE_SLOTS = ["slot0", "slot1"];

export const kernelLine = (name: string): string =>
  `root=/dev/vda rw console=ttyS0 systemd.hostname=${name} quiet`;

/** The command line of a machine. QEMU starts the kernel itself, so that there is no boot loader. */
export function qemuArgs(machine: Machine, accelerator: Accelerator): string[] {
  const { name, memory, cards } = machine;
  const { disk, pid, monitor, agent, log } = filesOf(name);
  const kvm = accelerator === "kvm";
  // Without a bound emulated code takes half a gigabyte for each machine.
  const accel = kvm ? "kvm" : "tcg,tb-size=128";
  return [
    ...["-name", name, "-machine", "q35", "-accel", accel, "-cpu", kvm ? "host" : "max"],
    ...["-m", String(memory), "-smp", "1,maxcpus=2"],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-daemonize", "-pidfile", pid],
    ...["-kernel", `${files.image}/vmlinuz`, "-initrd", `${files.image}/initrd.img`],
    ...["-append", kernelLine(name)],
    ...[
      "-blockdev",
      `driver=qcow2,node-name=root,discard=unmap,file.driver=file,file.filename=${disk}`,
    ],
    ...["-device", "virtio-blk-pci,drive=root"],
    ...["-fw_cfg", `name=${CREDENTIAL},file=${files.password}`],
    ...["-device", "virtio-rng-pci", "-device", "virtio-serial-pci"],
    ...["-chardev", `socket,id=agent,path=${agent},server=on,wait=off`],
    ...["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"],
    ...["-serial", `file:${log}`, "-qmp", `unix:${monitor},server=on,wait=off`],
    ...cards.flatMap(cardArgs),
    ...FREE_SLOTS.flatMap(slotArgs),
  ];
}

const cardArgs = ({ tap, mac }: Card): string[] => [
  ...["-netdev", `tap,id=${tap},ifname=${tap},script=no,downscript=no`],
  ...["-device", `virtio-net-pci,netdev=${tap},mac=${mac}`],
];

const slotArgs = (id: string, index: number): string[] => [
  ...["-device", `pcie-root-port,id=${id},chassis=${index + 1},slot=${index + 1}`],
];
