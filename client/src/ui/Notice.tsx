import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { Icon } from "./Icon.tsx";
import type { IconName } from "./Icon.tsx";
import { ProgressBar } from "./ProgressBar.tsx";

const kinds = {
  neutral: { box: "border-line bg-surface text-soft", action: "text-accent" },
  bad: { box: "border-transparent bg-bad-wash text-bad", action: "text-bad" },
  warn: { box: "border-line bg-surface text-warn", action: "text-accent" },
} as const;

/** One line that says how something stands, in its own place, with at most one action. */
export function Notice(props: {
  kind?: keyof typeof kinds;
  icon?: IconName;
  children: JSX.Element;
  /** The words of the action; without them there is none. */
  action?: string;
  onAction?: () => void;
  /** 0 to 1; shows a bar. */
  progress?: number;
  /** Reads it out at once: for what went wrong just now. */
  alert?: boolean;
}): JSX.Element {
  const look = () => kinds[props.kind ?? "neutral"];
  return (
    <div
      role={props.alert ? "alert" : undefined}
      class={`flex min-h-9 flex-wrap items-center gap-x-2.5 gap-y-1 rounded-note border px-3.5 py-1.5 text-[13.5px] ${look().box}`}
    >
      <div
        class={`flex min-w-0 items-center gap-2.5 ${props.progress === undefined ? "flex-1 basis-52" : ""}`}
      >
        <Show when={props.icon}>{(icon) => <Icon name={icon()} />}</Show>
        <span class="min-w-0 tabular-nums">{props.children}</span>
      </div>
      <Show when={props.progress !== undefined}>
        <ProgressBar value={props.progress ?? 0} class="flex-1 basis-16" />
      </Show>
      <Show when={props.action}>
        <button
          type="button"
          class={`target ml-auto shrink-0 rounded-sm font-semibold underline-offset-2 hover:underline ${look().action}`}
          onClick={() => props.onAction?.()}
        >
          {props.action}
        </button>
      </Show>
    </div>
  );
}
