import { useSearchParams } from "@solidjs/router";
import { createEffect, createMemo, createUniqueId, For, on, Show } from "solid-js";
import type { JSX } from "solid-js";
import { AuditKind } from "#proto/prosa/admin/v1/audit_event_pb.ts";
import { t } from "../i18n/admin.ts";
import { Button } from "../ui/Button.tsx";
import { auditDays, type AuditFilters, auditLog, filterAuditLog } from "./audit-events.ts";
import { type KindName, kindNames, kindText } from "./audit-words.ts";
import { AuditRow } from "./AuditRow.tsx";
import { PagedList } from "./PagedList.tsx";

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who did what, newest first; the address says whose deeds and which are shown. */
export function AuditPart(): JSX.Element {
  const [search, setSearch] = useSearchParams<{ who: string; what: string }>();
  const who = () => (ID.test(search.who ?? "") ? search.who : undefined);
  const what = () => kindNames.find((name) => name === search.what);
  const filters = createMemo<AuditFilters>(() => {
    const name = what();
    return { actorId: who(), kind: name && AuditKind[name] };
  });
  createEffect(on(filters, (wanted) => void filterAuditLog(wanted)));
  const filtered = () => who() !== undefined || what() !== undefined;
  return (
    <>
      <Show when={auditDays() > 0}>
        <p class="text-soft">{t().admin.audit.lead(t().admin.days(auditDays()))}</p>
      </Show>
      <div class="flex flex-wrap items-end gap-3">
        <KindField value={what()} onChange={(name) => setSearch({ what: name ?? null })} />
        <Show when={who()}>
          {(id) => <WhoField id={id()} onClear={() => setSearch({ who: null })} />}
        </Show>
        <Button kind="quiet" icon="redo" class="ml-auto" onClick={() => void auditLog.reload()}>
          {t().admin.health.refresh}
        </Button>
      </div>
      <PagedList
        rows={auditLog}
        label={t().admin.parts.audit}
        none={filtered() ? t().admin.audit.noneFound : t().admin.audit.none}
        skeleton={[60, 80, 45, 70]}
        class="rounded-card border border-line bg-surface"
      >
        {(event) => <AuditRow event={event} onOnly={(id) => setSearch({ who: id })} />}
      </PagedList>
    </>
  );
}

function KindField(props: {
  value: KindName | undefined;
  onChange: (name: KindName | undefined) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="min-w-0">
      <label for={id} class="mb-1 block text-[13px] text-soft">
        {t().admin.audit.what}
      </label>
      <select
        id={id}
        class="h-9 max-w-full rounded-row border border-line bg-surface px-2.5 pointer-coarse:h-11 pointer-coarse:text-base"
        onChange={(event) =>
          props.onChange(kindNames.find((name) => name === event.currentTarget.value))
        }
      >
        <option value="" selected={props.value === undefined}>
          {t().admin.audit.everything}
        </option>
        <For each={kindNames}>
          {(name) => (
            <option value={name} selected={props.value === name}>
              {kindText(AuditKind[name])}
            </option>
          )}
        </For>
      </select>
    </div>
  );
}

/** Whose deeds are shown, when it is one person's. */
function WhoField(props: { id: string; onClear: () => void }): JSX.Element {
  const name = () =>
    auditLog.state.list?.find(({ actorId }) => actorId === props.id)?.actorName ?? props.id;
  return (
    <div class="min-w-0">
      <p class="mb-1 text-[13px] text-soft">{t().admin.audit.who}</p>
      <div class="flex flex-wrap items-center gap-2">
        <span class="break-all">{name()}</span>
        <Button kind="quiet" icon="close" onClick={() => props.onClear()}>
          {t().admin.audit.everybody}
        </Button>
      </div>
    </div>
  );
}
