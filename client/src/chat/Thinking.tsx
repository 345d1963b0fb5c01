import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { Icon } from "../ui/Icon.tsx";

/** What the model thought before it answered: folded, and only drawn while it is open. */
export function Thinking(props: { text: string; active: boolean }): JSX.Element {
  const [open, setOpen] = createSignal(false);
  return (
    <details class="mb-3" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="target inline-flex items-center gap-1.5 rounded-sm text-[13px] text-soft hover:text-ink">
        <Icon name={open() ? "down" : "right"} size={14} />
        {props.active ? t().chat.thinking : t().chat.thought}
        <Show when={props.active}>
          <Icon name="ring" size={12} />
        </Show>
      </summary>
      <Show when={open()}>
        <div class="mt-2 border-l border-line pl-4 opacity-85">
          <Markdown text={props.text} streaming={props.active} />
        </div>
      </Show>
    </details>
  );
}
