import { files, filesOf } from "./folder.ts";
import { CREDENTIAL } from "./guest-files.ts";
import { type Accelerator, kernelLine } from "./qemu.ts";
import {
  type Card,
  client,
  type LanName,
  lans,
  type Machine,
  type MachineName,
} from "./topology.ts";

/** Names of networks are the system's, so they tell whose they are. */
export const networkOf = (lan: LanName): string => `prosa-${lan.toLowerCase()}`;

export const domainOf = (name: MachineName): string => `prosa-${name}`;

const text = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("'", "&apos;");

/** A bridge of ours. On LAN1 this computer is the client, with the route to LAN2. */
export function networkXml(lan: LanName): string {
  const { bridge } = lans[lan];
  const [target, prefix] = lans.LAN2.network.split("/");
  const own =
    lan === client.lan
      ? `<ip address='${client.address}' prefix='24'/>
  <route family='ipv4' address='${target}' prefix='${prefix}' gateway='${client.gateway}'/>`
      : "";
  return `<network>
  <name>${networkOf(lan)}</name>
  <bridge name='${bridge}' stp='off' delay='0'/>
  <dns enable='no'/>
  ${own}
</network>
`;
}

/** Always the same one, or libvirt would take a machine that is started again for another of its name. */
const uuidOf = ({ cards: [card] }: Machine): string =>
  `70726f73-6100-4000-8000-${card?.mac.replaceAll(":", "")}`;

/** The same machine that qemu.ts describes, run by this user's account as there. */
export function domainXml(machine: Machine, accelerator: Accelerator, uid: number): string {
  const { name, memory, cards } = machine;
  const { disk, log } = filesOf(name);
  const kvm = accelerator === "kvm";
  return `<domain type='${kvm ? "kvm" : "qemu"}'>
  <name>${domainOf(name)}</name>
  <uuid>${uuidOf(machine)}</uuid>
  <memory unit='MiB'>${memory}</memory>
  <vcpu current='1'>2</vcpu>
  <sysinfo type='fwcfg'>
    <entry name='${CREDENTIAL}' file='${text(files.password)}'/>
  </sysinfo>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>${text(`${files.image}/vmlinuz`)}</kernel>
    <initrd>${text(`${files.image}/initrd.img`)}</initrd>
    <cmdline>${kernelLine(name)}</cmdline>
  </os>
  <features><acpi/>${kvm ? "" : "<tcg><tb-cache unit='MiB'>128</tb-cache></tcg>"}</features>
  <cpu mode='${kvm ? "host-passthrough" : "maximum"}'/>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/>
      <source file='${text(disk)}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
${cards.map(cardXml).join("\n")}
    <serial type='file'><source path='${text(log)}'/></serial>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    <memballoon model='none'/>
  </devices>
  <seclabel type='static' model='dac' relabel='no'><label>+${uid}:+${uid}</label></seclabel>
</domain>
`;
}

const cardXml = ({ lan, tap, mac }: Card): string => `    <interface type='network'>
      <source network='${networkOf(lan)}'/>
      <target dev='${tap}'/>
      <mac address='${mac}'/>
      <model type='virtio'/>
    </interface>`;
