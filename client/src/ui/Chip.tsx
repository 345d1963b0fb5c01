import { Show, splitProps } from "solid-js";
import type { JSX } from "solid-js";
import { Icon } from "./Icon.tsx";
import type { IconName } from "./Icon.tsx";

/** The look of a chip, for other elements that are to look like one. */
export const chipClass =
  "target inline-flex h-7 max-w-full items-center gap-2 rounded-full border border-line bg-surface px-2.5 text-[13px] text-soft transition-colors hover:border-faint hover:text-ink";

/** A small round button that offers something. */
export function Chip(
  props: JSX.ButtonHTMLAttributes<HTMLButtonElement> & { icon?: IconName },
): JSX.Element {
  const [own, rest] = splitProps(props, ["icon", "class", "children"]);
  return (
    <button type="button" {...rest} class={`${chipClass} ${own.class ?? ""}`}>
      <Show when={own.icon}>{(icon) => <Icon name={icon()} />}</Show>
      {own.children}
    </button>
  );
}
