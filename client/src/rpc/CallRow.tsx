import type { JSX } from "solid-js";
import { t } from "../i18n/api-page.ts";
import { callNames, callState, hasFailed } from "./call-words.ts";
import type { WireCall } from "./wire-call.ts";

/** One call in the list of them. */
export function CallRow(props: { call: WireCall; onChoose: () => void }): JSX.Element {
  const kind = () =>
    props.call.method
      ? t().api.kindNames[props.call.method.methodKind]
      : t().api.wire.unknownMethod;
  const facts = () =>
    [
      `↑ ${t().api.wire.bytes(props.call.bytesUp)}`,
      `↓ ${t().api.wire.bytes(props.call.bytesDown)}`,
      props.call.endedAt === undefined ? "" : t().api.wire.ms(props.call.endedAt),
    ]
      .filter(Boolean)
      .join(" · ");
  return (
    <li class="border-line not-first:border-t">
      <button
        id={`call-${props.call.id}`}
        type="button"
        class="block min-h-11 w-full px-4 py-1.5 text-left outline-offset-[-2px] hover:bg-accent-wash/50"
        onClick={() => props.onChoose()}
      >
        <span class="flex items-baseline gap-2">
          <span class="min-w-0 truncate font-mono text-[13px] font-medium">
            {callNames(props.call).method}
          </span>
          <span
            class={`ml-auto shrink-0 text-[12px] ${hasFailed(props.call) ? "text-bad" : "text-faint"}`}
          >
            {callState(props.call)}
          </span>
        </span>
        <span class="flex flex-wrap gap-x-2 text-[12px] text-faint tabular-nums">
          <span>{kind()}</span>
          <span class="ml-auto">{facts()}</span>
        </span>
      </button>
    </li>
  );
}
