import { closed } from "./hops/closed.ts";
import { hardwareHops } from "./hops/hardware.ts";
import type { Hop } from "./hops/hop.ts";
import { addresses, forwarding, neighbours } from "./hops/network.ts";
import { port } from "./hops/port.ts";
import { power } from "./hops/power.ts";
import { account, answer, page } from "./hops/prosa.ts";
import { models, query } from "./hops/services.ts";
import type { Lab } from "./lab.ts";

/** The whole path, in the order in which a request goes, and what machines can do besides. */
export const pathOf = ({ hardware }: Lab): Hop[] => [
  addresses,
  neighbours,
  port("lan1", "vm1"),
  port("vm1", "vm2"),
  query,
  port("vm1", "vm3"),
  models,
  forwarding,
  closed,
  page,
  account,
  answer,
  ...(hardware === undefined ? [] : hardwareHops(hardware)),
  power,
];
