import { Show, splitProps } from "solid-js";
import type { JSX } from "solid-js";
import { Icon } from "./Icon.tsx";
import type { IconName } from "./Icon.tsx";

const kinds = {
  primary: "h-[42px] px-4 rounded-[10px] bg-accent text-accent-ink font-semibold hover:opacity-90",
  outline:
    "h-9 px-3.5 rounded-row border border-line bg-surface text-ink font-medium hover:border-faint",
  danger: "h-9 px-3.5 rounded-row bg-bad text-surface font-semibold hover:opacity-90",
  quiet: "h-9 px-2.5 rounded-row text-soft hover:text-ink hover:bg-sunken",
  link: "target font-semibold text-accent rounded-sm hover:underline underline-offset-2",
} as const;

type ButtonProps = JSX.ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: keyof typeof kinds;
  icon?: IconName;
  /** Shows that the action is under way and takes no second click, but stays focused. */
  busy?: boolean;
};

/** A button with words; `type` is "button" unless it is said otherwise. */
export function Button(props: ButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["kind", "icon", "busy", "class", "children", "onClick"]);
  const click: JSX.EventHandler<HTMLButtonElement, MouseEvent> = (event) => {
    if (own.busy) event.preventDefault();
    else if (typeof own.onClick === "function") own.onClick(event);
  };
  return (
    <button
      type="button"
      {...rest}
      onClick={click}
      aria-disabled={own.busy ? true : undefined}
      class={`inline-flex items-center justify-center gap-2 transition-[opacity,color,border-color,background-color] disabled:opacity-50 aria-disabled:opacity-70 pointer-coarse:min-h-11 ${kinds[own.kind ?? "outline"]} ${own.class ?? ""}`}
    >
      <Show
        when={own.busy}
        fallback={<Show when={own.icon}>{(name) => <Icon name={name()} />}</Show>}
      >
        <Icon name="ring" />
      </Show>
      {own.children}
    </button>
  );
}
