import { durationMs } from "@bufbuild/protobuf/wkt";
import { createStore, reconcile } from "solid-js/store";
import type { AuditEvent, AuditKind } from "#proto/prosa/admin/v1/audit_event_pb.ts";
import { adminClient } from "./admin-client.ts";

/** Whose deeds, and of which kind; without either all are meant. */
export type AuditFilters = { actorId?: string | undefined; kind?: AuditKind | undefined };

const DAY_MS = 86_400_000;

const [state, setState] = createStore<{
  events: AuditEvent[] | undefined;
  nextPageToken: string;
  /** For how many days events are kept; 0 until it is known. */
  days: number;
  loading: boolean;
  error: unknown;
}>({ events: undefined, nextPageToken: "", days: 0, loading: false, error: undefined });

/** The audit log as far as it is loaded, newest first. */
export const auditLog = state;

let latest = 0;

/** Loads the log anew. Never rejects: the outcome is in `auditLog`. */
export async function loadAuditLog(filters: AuditFilters): Promise<void> {
  await load(filters, "", (page) => page);
}

/** Adds the next page, in the same way. */
export async function loadMoreAuditLog(filters: AuditFilters): Promise<void> {
  await load(filters, state.nextPageToken, (page) => [...(state.events ?? []), ...page]);
}

async function load(
  { actorId, kind }: AuditFilters,
  pageToken: string,
  put: (page: AuditEvent[]) => AuditEvent[],
): Promise<void> {
  const current = ++latest;
  setState({ loading: true, error: undefined });
  try {
    const page = await adminClient.listAuditEvents({
      pageToken,
      ...(actorId !== undefined && { actorId }),
      ...(kind !== undefined && { kind }),
    });
    // A later choice may have overtaken this one while it was on its way.
    if (current !== latest) return;
    setState("events", reconcile(put(page.events), { key: "id" }));
    setState({ nextPageToken: page.nextPageToken });
    if (page.retention) setState({ days: Math.round(durationMs(page.retention) / DAY_MS) });
  } catch (error) {
    if (current === latest) setState({ error });
  } finally {
    if (current === latest) setState({ loading: false });
  }
}
