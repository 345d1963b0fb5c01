import { REFUSED } from "../filter.ts";
import type { Lab } from "../lab.ts";
import { machines } from "../topology.ts";
import type { Hop } from "./hop.ts";
import { open } from "./port.ts";

/** An attempt counts with its first packet, so nothing is gained by a longer one. */
const SILENCE_SECONDS = 2;

/** What LAN1 must not reach, and that it is VM1's filter which sees to it. */
export const closed: Hop = {
  name: "LAN1 → VM1 ↛ VM2, VM3: VM1's filter",
  async walk(lab) {
    for (const to of ["vm2", "vm3"] as const) {
      const before = await refused(lab);
      const attempt = await open(lab, "lan1", to, SILENCE_SECONDS);
      const { name } = machines[to].service;
      if (attempt === "open")
        throw new Error(`LAN1 opens ${name} on ${to} directly: VM1's filter lets it pass.`);
      // Otherwise something else keeps LAN1 away, and the filter is as good as none.
      if ((await refused(lab)) <= before)
        throw new Error(`LAN1 does not reach ${to}, but VM1's filter has refused nothing.`);
    }
    return "refused, and counted there";
  },
};

async function refused(lab: Lab): Promise<number> {
  const { output, errors } = await lab.sh("vm1", `nft list counter inet lab ${REFUSED}`);
  const packets = /packets (\d+)/.exec(output)?.[1];
  if (packets === undefined)
    throw new Error(`VM1's filter is not there: nft list counter inet lab ${REFUSED}: ${errors}`);
  return Number(packets);
}
