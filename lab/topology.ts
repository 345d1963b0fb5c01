// The report's network as one table. The namespaces, the virtual machines, the filter and the test
// are all made from it.

export type LanName = "LAN1" | "LAN2";
export type MachineName = "vm1" | "vm2" | "vm3";
/** Where a command can be run: in a machine, or at the client on LAN1. */
export type Place = MachineName | "lan1";

/** A network card: its name inside the machine, and the tap that joins it to the bridge of its LAN. */
export type Card = { name: string; tap: string; lan: LanName; address: string; mac: string };

export type Machine = {
  name: MachineName;
  cards: [Card, ...Card[]];
  /** Where packets for other networks go; VM1 has a card in both. */
  gateway?: string;
  /** What it is there for, and the port on which others reach it. */
  service: { name: string; port: number };
  /** Memory of the virtual machine in MiB. */
  memory: number;
};

/** Both are /24. */
export const lans: Record<LanName, { bridge: string; network: string }> = {
  LAN1: { bridge: "br0", network: "192.168.10.0/24" },
  LAN2: { bridge: "br1", network: "10.0.0.0/24" },
};

const vm1: Machine = {
  name: "vm1",
  cards: [
    { name: "eth0", tap: "tap0", lan: "LAN1", address: "192.168.10.1", mac: "52:54:00:00:01:01" },
    { name: "eth1", tap: "tap1", lan: "LAN2", address: "10.0.0.1", mac: "52:54:00:00:02:01" },
  ],
  service: { name: "Prosa", port: 8080 },
  memory: 768,
};

const vm2: Machine = {
  name: "vm2",
  cards: [
    { name: "eth0", tap: "tap2", lan: "LAN2", address: "10.0.0.2", mac: "52:54:00:00:02:02" },
  ],
  gateway: "10.0.0.1",
  service: { name: "PostgreSQL", port: 5432 },
  memory: 512,
};

const vm3: Machine = {
  name: "vm3",
  cards: [
    { name: "eth0", tap: "tap3", lan: "LAN2", address: "10.0.0.3", mac: "52:54:00:00:02:03" },
  ],
  gateway: "10.0.0.1",
  service: { name: "the model", port: 11434 },
  memory: 768,
};

export const machines: Record<MachineName, Machine> = { vm1, vm2, vm3 };

/** VM1 comes last, since it needs the other two. */
export const startOrder: MachineName[] = ["vm2", "vm3", "vm1"];

/** Somebody's computer on LAN1, who knows that LAN2 is behind VM1. */
export const client: Card & { gateway: string } = {
  name: "eth0",
  tap: "client0",
  lan: "LAN1",
  address: "192.168.10.254",
  mac: "52:54:00:00:01:fe",
  gateway: "192.168.10.1",
};

/** The address with the length of its network, as `ip` wants it. */
export const withBits = (card: Card): string => `${card.address}/${bitsOf(card.lan)}`;

const bitsOf = (lan: LanName): string => lans[lan].network.split("/")[1] ?? "";

/** The address at which the machine's service is reached. */
export const addressOf = (name: MachineName): string => machines[name].cards[0].address;

export const prosaUrl = `http://${addressOf("vm1")}:${vm1.service.port}`;
