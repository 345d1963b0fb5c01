import type { Lab } from "../lab.ts";
import { listeners } from "../listeners.ts";
import { type Attempt, attemptOf, reasonOf } from "../reason.ts";
import { addressOf, client, type MachineName, machines, type Place } from "../topology.ts";
import { hasRoute } from "./network.ts";
import type { Hop } from "./hop.ts";

const PATIENCE_SECONDS = 5;

/** A service's port, opened from a place that needs it. */
export function port(from: Place, to: MachineName): Hop {
  const { service } = machines[to];
  const place = `${addressOf(to)}:${service.port}`;
  return {
    name: `${from === "lan1" ? "LAN1" : from.toUpperCase()} → ${to.toUpperCase()}: ${service.name} at ${place}`,
    async walk(lab) {
      const attempt = await open(lab, from, to);
      if (attempt === "open") return "open";
      throw new Error(`${words[attempt]}: ${await explain(lab, from, to, attempt)}`);
    },
  };
}

const words = {
  refused: "connection refused",
  silent: `no answer within ${PATIENCE_SECONDS} s`,
  unreachable: "unreachable",
};

/** Tries to open the port of a machine's service. */
export async function open(
  lab: Lab,
  from: Place,
  to: MachineName,
  seconds = PATIENCE_SECONDS,
): Promise<Attempt> {
  const place = `/dev/tcp/${addressOf(to)}/${machines[to].service.port}`;
  const line = `timeout ${seconds} bash -c ': <${place}'`;
  const { code, errors } = await lab.sh(from, line);
  return attemptOf(code, errors);
}

async function explain(
  lab: Lab,
  from: Place,
  to: MachineName,
  attempt: Exclude<Attempt, "open">,
): Promise<string> {
  const { service } = machines[to];
  const source = addressSeenBy(from, to);
  const alive = await lab.runs(to);
  const sockets = alive ? (await lab.sh(to, "ss -Hltn")).output : "";
  return reasonOf({
    machine: to,
    service: service.name,
    address: addressOf(to),
    port: service.port,
    attempt,
    alive,
    listening: listeners(sockets, service.port),
    routeBack: alive && (await hasRoute(lab, to, source)),
    from: { name: from, address: source },
  });
}

/** The address from which a machine is asked: of the card in its own LAN, if there is one. */
function addressSeenBy(from: Place, to: MachineName): string {
  if (from === "lan1") return client.address;
  const { lan } = machines[to].cards[0];
  const near = machines[from].cards.find((card) => card.lan === lan);
  return (near ?? machines[from].cards[0]).address;
}
