import { timestampDate } from "@bufbuild/protobuf/wkt";
import { Show } from "solid-js";
import type { JSX } from "solid-js";
import type { AuditEvent } from "#proto/prosa/admin/v1/audit_event_pb.ts";
import { t } from "../i18n/admin.ts";
import { format } from "../i18n/i18n.ts";
import { deviceText } from "../user/device-text.ts";
import { deedText, kindText } from "./audit-words.ts";

/** One deed: what, by whom, on what, when and from where. */
export function AuditRow(props: {
  event: AuditEvent;
  onOnly: (actorId: string) => void;
}): JSX.Element {
  const texts = () => t().admin.audit;
  const facts = () => {
    const { createTime, address, device } = props.event;
    return [
      createTime && format().dateTime(timestampDate(createTime)),
      address && texts().from(address),
      device && deviceText(device),
    ]
      .filter(Boolean)
      .join(" · ");
  };
  return (
    <li class="border-line px-4 py-3 not-first:border-t">
      <p class="flex flex-wrap items-baseline gap-x-2">
        <span class="font-medium">{kindText(props.event.kind)}</span>
        <Show
          when={props.event.actorId}
          fallback={<span class="text-soft">{texts().stranger}</span>}
        >
          {(id) => (
            <button
              type="button"
              aria-label={texts().only(props.event.actorName)}
              class="target min-w-0 rounded-sm text-left break-words text-accent underline-offset-2 hover:underline"
              onClick={() => props.onOnly(id())}
            >
              {props.event.actorName}
            </button>
          )}
        </Show>
      </p>
      <Show when={deedText(props.event)}>
        {(words) => <p class="break-words text-soft">{words()}</p>}
      </Show>
      <p class="mt-0.5 text-[13px] break-words text-faint">{facts()}</p>
    </li>
  );
}
