import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { format, t } from "../i18n/i18n.ts";
import { announce } from "../ui/announce.ts";
import { Icon } from "../ui/Icon.tsx";
import { chatStore } from "./store.ts";

const arrowId = (messageId: string, by: number) => `version-${by}-${messageId}`;

/** The way between the versions of a message. At its end an arrow keeps the focus, but leads nowhere. */
export function Versions(props: { id: string }): JSX.Element {
  const siblings = () => chatStore().siblings(props.id);
  const place = () =>
    t().chat.version(format().number(siblings().index + 1), format().number(siblings().ids.length));
  const step = (by: number) => {
    const id = siblings().ids[siblings().index + by];
    if (!id) return;
    chatStore().choose(id);
    announce(place());
    // The other version has arrows of its own.
    document.getElementById(arrowId(id, by))?.focus();
  };
  const arrow = (icon: "left" | "right", by: number, label: string) => (
    <button
      id={arrowId(props.id, by)}
      type="button"
      class="target grid size-6 place-items-center rounded-sm hover:text-ink aria-disabled:opacity-40"
      aria-label={label}
      aria-disabled={siblings().ids[siblings().index + by] === undefined}
      onClick={() => step(by)}
    >
      <Icon name={icon} size={12} />
    </button>
  );
  return (
    <Show when={siblings().ids.length > 1}>
      <div role="group" aria-label={t().chat.versions} class="flex items-center tabular-nums">
        {arrow("left", -1, t().chat.previousVersion)}
        {place()}
        {arrow("right", 1, t().chat.nextVersion)}
      </div>
    </Show>
  );
}
