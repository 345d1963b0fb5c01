import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { Icon } from "../ui/Icon.tsx";
import type { IconName } from "../ui/Icon.tsx";

/** A small quiet button below a message: with words, or with its icon alone and a `label`. */
export function MessageAction(props: {
  icon: IconName;
  id?: string;
  label?: string;
  /** Makes it one that is on or off. */
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children?: JSX.Element;
}): JSX.Element {
  return (
    <button
      type="button"
      id={props.id}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      class={`target inline-flex h-7 items-center gap-1 rounded-sm transition-colors hover:text-ink focus-visible:text-ink disabled:opacity-40 aria-pressed:text-accent ${props.children ? "px-2" : "px-1.5"}`}
      disabled={props.disabled ?? false}
      onClick={() => props.onClick()}
    >
      <Icon name={props.icon} size={14} />
      <Show when={props.children}>{props.children}</Show>
    </button>
  );
}
