import type { JSX } from "solid-js";
import { format, t } from "../i18n/i18n.ts";
import { ProgressBar } from "../ui/ProgressBar.tsx";

/** How much of what the model can read at once the conversation takes, from 0 to 1. */
export function ContextMeter(props: { used: number }): JSX.Element {
  return (
    <span class="flex items-center gap-1.5 pl-1 text-[13px] text-soft tabular-nums">
      <ProgressBar value={props.used} label={t().chat.contextLabel} class="w-[46px]" />
      {t().chat.contextUsed(format().percent(props.used))}
    </span>
  );
}
