import type { Lab } from "../lab.ts";
import { noRouteBack } from "../reason.ts";
import {
  addressOf,
  client,
  type MachineName,
  machines,
  type Place,
  withBits,
} from "../topology.ts";
import type { Hop } from "./hop.ts";

const INSIDE: MachineName[] = ["vm2", "vm3"];

/** Every machine answers, and its cards have the addresses of the table. */
export const addresses: Hop = {
  name: "addresses",
  async walk(lab) {
    for (const { name, cards } of Object.values(machines)) {
      if (!(await lab.runs(name))) throw new Error(`${name} is not running.`);
      const { output } = await lab.sh(name, "ip -4 -brief address");
      for (const card of cards) {
        const line = output.split("\n").find((it) => new RegExp(`^${card.name}[@ ]`).test(it));
        if (line?.includes(` ${withBits(card)}`)) continue;
        throw new Error(
          `${name}'s card ${card.name} has not the address ${withBits(card)}: ${line?.trim() ?? "there is no such card"}`,
        );
      }
    }
    const all = Object.values(machines).flatMap(({ cards }) => cards.map(withBits));
    return all.join(", ");
  },
};

/** From LAN1 to VM1, and from VM1 on to each machine behind it. */
export const neighbours: Hop = {
  name: "LAN1 → VM1, VM1 → VM2, VM1 → VM3: ping",
  async walk(lab) {
    await ping(lab, "lan1", addressOf("vm1"));
    for (const name of INSIDE) await ping(lab, "vm1", addressOf(name));
    return "answered";
  },
};

/** Between the LANs, both ways, which takes VM1's forwarding and a way back on every machine. */
export const forwarding: Hop = {
  name: "VM2, VM3 → VM1 → LAN1 and back: ping",
  async walk(lab) {
    const { output } = await lab.sh("vm1", "cat /proc/sys/net/ipv4/ip_forward");
    if (output.trim() !== "1")
      throw new Error("VM1 does not forward packets between its cards: net.ipv4.ip_forward is 0.");
    for (const name of INSIDE) {
      if (!(await hasRoute(lab, name, client.address)))
        throw new Error(noRouteBack(name, client.address));
      await ping(lab, name, client.address);
      await ping(lab, "lan1", addressOf(name));
    }
    return "forwarded";
  },
};

export async function hasRoute(lab: Lab, place: Place, address: string): Promise<boolean> {
  return (await lab.sh(place, `ip route get ${address}`)).code === 0;
}

async function ping(lab: Lab, place: Place, address: string): Promise<void> {
  const { code, output, errors } = await lab.sh(place, `ping -n -q -c 1 -W 5 ${address}`);
  if (code === 0) return;
  const words = errors.trim() || /[\d.]+% packet loss/.exec(output)?.[0] || `code ${code}`;
  throw new Error(`${place} gets no answer from ${address} (ping: ${words}).`);
}
