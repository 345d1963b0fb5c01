import {
  type Health as HealthService,
  HealthCheckResponse_ServingStatus as Status,
} from "#proto/grpc/health/v1/health_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import { once } from "node:events";
import type { Deps } from "../app.ts";
import { notFound } from "../errors.ts";
import type { Health, Part } from "../health.ts";
import { openStreamSignal } from "./context.ts";

/** What each slice cannot do without, and the daily backups, which nothing else waits for. */
const parts = new Map<string, Part>([
  ["admin", "database"],
  ["backup", "backup"],
  ["chat", "reading"],
  ["llm", "model"],
  ["user", "database"],
]);

/** grpc.health.v1 for the server as a whole (""), for its slices, and for the `served` services. */
export function healthService(
  deps: Deps,
  served: () => string[],
): ServiceImpl<typeof HealthService> {
  const isThere = (name: string) => name !== "backup" || deps.config.backup !== undefined;
  const names = () => ["", ...[...parts.keys()].filter(isThere), ...served()];
  const statusOf = async (name: string) => {
    const part = partOf(name);
    return toStatus(part === undefined || (await deps.health.isUp(part)));
  };
  return {
    async check({ service }) {
      if (!names().includes(service)) throw notFound("service");
      return { status: await statusOf(service) };
    },

    async *watch({ service }, context) {
      const signal = openStreamSignal(context, deps.topics);
      const known = names().includes(service);
      if (!known) yield { status: Status.SERVICE_UNKNOWN };
      else yield* statuses(deps.health, service, signal);
      if (!signal.aborted) await once(signal, "abort");
      // The server stops, for the call itself goes on.
      if (known && !context.signal.aborted) yield { status: Status.NOT_SERVING };
      throw signal.reason;
    },

    async list() {
      const statuses = names().map(async (name) => [name, { status: await statusOf(name) }]);
      return { statuses: Object.fromEntries(await Promise.all(statuses)) };
    },
  };
}

async function* statuses(health: Health, name: string, signal: AbortSignal) {
  const part = partOf(name);
  if (part === undefined) yield { status: Status.SERVING };
  else for await (const up of health.watch(part, signal)) yield { status: toStatus(up) };
}

/** What is needed for a service; undefined for those that need nothing but the process. */
function partOf(name: string): Part | undefined {
  // The server as a whole is of use without a model, but not when nothing can be read.
  if (name === "") return "reading";
  return parts.get(/^prosa\.(\w+)\./.exec(name)?.[1] ?? name);
}

function toStatus(up: boolean): Status {
  return up ? Status.SERVING : Status.NOT_SERVING;
}
