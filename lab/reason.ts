import { isLoopback } from "./listeners.ts";

/** How an attempt to open a TCP port ended. */
export type Attempt = "open" | "refused" | "silent" | "unreachable";

/** What was found out about a port that could not be opened. */
export type Closed = {
  machine: string;
  service: string;
  address: string;
  port: number;
  attempt: Exclude<Attempt, "open">;
  /** Whether the machine gives any sign of life. */
  alive: boolean;
  /** The addresses on which something listens at the port. */
  listening: string[];
  /** Whether the machine knows a way to who has asked. */
  routeBack: boolean;
  from: { name: string; address: string };
};

/** Why the port could not be opened and what is to be done, the likeliest cause first. */
export function reasonOf(closed: Closed): string {
  const { machine, service, address, port, listening, from } = closed;
  if (!closed.alive) return `${machine} is not running.`;
  if (listening.length === 0)
    return `nothing listens on port ${port} of ${machine}: ${service} does not run there.`;
  if (listening.every(isLoopback)) {
    return (
      `${service} listens on ${listening.join(" and ")} only, which is ${machine} itself: ` +
      `no other machine reaches it. It must listen on ${address}.`
    );
  }
  if (!listening.some((it) => it === address || isAny(it)))
    return `${service} listens on ${listening.join(" and ")}, and not on ${address}.`;
  if (closed.attempt === "unreachable") return `${from.name} has no route to ${address}.`;
  if (!closed.routeBack) return noRouteBack(machine, from.address);
  const how = closed.attempt === "refused" ? "refuses" : "silently drops";
  return (
    `${service} listens on ${address} and ${machine} knows the way back, so a packet filter ` +
    `${how} what ${from.name} sends to port ${port}. See "nft list ruleset".`
  );
}

export const noRouteBack = (machine: string, address: string): string =>
  `${machine} has no route back to ${address}, so its answers are lost. ` +
  `See "ip route" there: the default route is missing or wrong.`;

const isAny = (address: string): boolean => ["0.0.0.0", "*", "::"].includes(address);

/** What bash says when it opens /dev/tcp under `timeout`. */
export function attemptOf(code: number, errors: string): Attempt {
  if (code === 0) return "open";
  if (/Connection refused/i.test(errors)) return "refused";
  return /unreachable|No route to host/i.test(errors) ? "unreachable" : "silent";
}
