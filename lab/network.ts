import { quote } from "./quote.ts";
import { type Card, client, lans, type Machine, machines, withBits } from "./topology.ts";

// Lines for `ip`, to be run inside the laboratory.

/** The two bridges, which have no addresses: nobody reaches a LAN but through a card in it. */
export const bridgeLines = (): string[] =>
  Object.values(lans).flatMap(({ bridge }) => [
    `ip link add ${bridge} type bridge`,
    `ip link set ${bridge} up`,
  ]);

/** The computer on LAN1. */
export const clientLines = (): string[] => [
  "ip netns add lan1",
  inside("lan1", "ip link set lo up"),
  ...cableLines("lan1", client),
  inside("lan1", `ip route add ${lans.LAN2.network} via ${client.gateway}`),
];

/** A machine that is but a network namespace: the taps of the table are the ends of its cables. */
export const namespaceLines = ({ name, cards, gateway }: Machine): string[] => [
  `ip netns add ${name}`,
  inside(name, "ip link set lo up"),
  ...cards.flatMap((card) => cableLines(name, card)),
  ...(gateway === undefined ? [] : [inside(name, `ip route add default via ${gateway}`)]),
];

/** VM1 passes packets between its cards, by the rules in `filter`. */
export const routerLines = (filter: string): string[] => [
  inside(machines.vm1.name, "sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'"),
  inside(machines.vm1.name, `nft -f ${quote(filter)}`),
];

/** Taps for the cards of virtual machines. */
export const tapLines = (all: Machine[]): string[] =>
  all
    .flatMap(({ cards }) => cards)
    .flatMap(({ tap, lan }) => [
      `ip tuntap add dev ${tap} mode tap`,
      `ip link set ${tap} master ${lans[lan].bridge} up`,
    ]);

function cableLines(space: string, card: Card): string[] {
  const peer = `peer name ${card.name} address ${card.mac} netns ${space}`;
  return [
    `ip link add ${card.tap} type veth ${peer}`,
    `ip link set ${card.tap} master ${lans[card.lan].bridge} up`,
    inside(space, `ip addr add ${withBits(card)} dev ${card.name}`),
    inside(space, `ip link set ${card.name} up`),
  ];
}

const inside = (space: string, line: string): string =>
  `nsenter --net=/run/netns/${space} -- ${line}`;
