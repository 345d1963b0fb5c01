import { durationMs } from "@bufbuild/protobuf/wkt";
import { createSignal } from "solid-js";
import type { AuditKind } from "#proto/prosa/admin/v1/audit_event_pb.ts";
import { adminClient } from "./admin-client.ts";
import { createPagedList } from "./paged-list.ts";

/** Whose deeds, and of which kind; without either all are meant. */
export type AuditFilters = { actorId?: string | undefined; kind?: AuditKind | undefined };

const DAY_MS = 86_400_000;

const [days, setDays] = createSignal(0);
let filters: AuditFilters = {};

/** For how many days events are kept; 0 until it is known. */
export const auditDays = days;

/** The events that the filters let through, newest first. */
export const auditLog = createPagedList(async (pageToken) => {
  const { actorId, kind } = filters;
  const page = await adminClient.listAuditEvents({
    pageToken,
    ...(actorId !== undefined && { actorId }),
    ...(kind !== undefined && { kind }),
  });
  if (page.retention) setDays(Math.round(durationMs(page.retention) / DAY_MS));
  return { list: page.events, nextPageToken: page.nextPageToken };
});

/** Loads the log with these filters; what others let through is not shown meanwhile. */
export function filterAuditLog(wanted: AuditFilters): Promise<void> {
  if (wanted.actorId !== filters.actorId || wanted.kind !== filters.kind) auditLog.clear();
  filters = wanted;
  return auditLog.reload();
}
