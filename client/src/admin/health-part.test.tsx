import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { cleanup, render, screen, within } from "@solidjs/testing-library";
import { afterEach, expect, test } from "vitest";
import { AdminService } from "#proto/prosa/admin/v1/admin_service_pb.ts";
import {
  ReplicaReason,
  ReplicaStatus,
  type ServerHealthSchema,
} from "#proto/prosa/admin/v1/server_health_pb.ts";
import { t } from "../i18n/admin.ts";
import { answerWith } from "../testing/answer-with.ts";
import { HealthPart } from "./HealthPart.tsx";
import { loadHealth, serverHealth } from "./server-health.ts";

const { backup, replica, title, up } = t().admin.health;
const folder = "/srv/backups";
const [made, retried] = [new Date("2026-11-26T03:00:04Z"), new Date("2026-11-27T04:00:00Z")];
const [newestTime, retryTime] = [timestampFromDate(made), timestampFromDate(retried)];

/** Each row's name, state and facts. */
async function rowsOf(health: MessageInitShape<typeof ServerHealthSchema>) {
  answerWith((router) => void router.service(AdminService, { getHealth: () => ({ health }) }));
  // The part of the test before may still have been asking.
  await expect.poll(() => serverHealth.loading).toBe(false);
  await loadHealth();
  render(() => <HealthPart />);
  const list = await screen.findByRole("list", { name: title });
  return within(list)
    .getAllByRole("listitem")
    .map((row) => [...row.querySelectorAll("span, p + p")].map((it) => it.textContent));
}

afterEach(cleanup);

test("a server without replicas and daily backups has no rows for them", async () => {
  const names = (await rowsOf({})).map(([name]) => name);
  expect(names).toHaveLength(4);
  expect(names).not.toContain(backup.name);
});

test.each([
  [{ status: ReplicaStatus.USED, lagBytes: 0n }, replica.states.USED, replica.lag(0)],
  [
    { status: ReplicaStatus.LAGGING, reason: ReplicaReason.BEHIND, lagBytes: 2000n },
    replica.states.LAGGING,
    `${replica.reasons.BEHIND} · ${replica.lag(2000)}`,
  ],
  [
    { status: ReplicaStatus.AWAY, reason: ReplicaReason.NO_ANSWER },
    replica.states.AWAY,
    replica.reasons.NO_ANSWER,
  ],
  [
    { status: ReplicaStatus.REFUSED, reason: ReplicaReason.OTHER_DATABASE },
    replica.states.REFUSED,
    replica.reasons.OTHER_DATABASE,
  ],
  // As a newer server may tell them.
  [{ status: 99 as ReplicaStatus, reason: 99 as ReplicaReason }, replica.states.UNSPECIFIED],
])("a replica has a row below the database: %o", async (state, ...words) => {
  const name = "10.0.0.3:5432/prosa";
  const rows = await rowsOf({ replicas: [{ name, ...state }] });
  expect(rows[1]).toEqual([replica.name(name), ...words]);
});

test.each([
  ["none has been made", { count: 0 }, backup.none, [backup.kept(0, folder)]],
  ["there are some", { count: 7, newestTime }, up, [backup.newest(made), backup.kept(7, folder)]],
  [
    "the last attempt failed",
    { count: 1, newestTime, failed: true, retryTime },
    backup.failed,
    [backup.newest(made), backup.kept(1, folder), backup.retry(retried)],
  ],
])("of daily backups it tells that %s", async (_, state, word, facts) => {
  const rows = await rowsOf({ backup: { folder, ...state } });
  expect(rows).toContainEqual([backup.name, word, facts.join(" · ")]);
});
