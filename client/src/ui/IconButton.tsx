import { splitProps } from "solid-js";
import type { JSX } from "solid-js";
import { Icon } from "./Icon.tsx";
import type { IconName } from "./Icon.tsx";

type IconButtonProps = Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "children"> & {
  icon: IconName;
  /** What it does: its name for screen readers and its tooltip. */
  label: string;
  size?: number;
};

/** A square button with an icon alone, at least 36 px (44 px on touch). */
export function IconButton(props: IconButtonProps): JSX.Element {
  const [own, rest] = splitProps(props, ["icon", "label", "size", "class"]);
  return (
    <button
      type="button"
      {...rest}
      aria-label={own.label}
      title={own.label}
      class={`inline-flex size-9 items-center justify-center rounded-row text-soft transition-colors hover:bg-sunken hover:text-ink disabled:opacity-50 pointer-coarse:size-11 ${own.class ?? ""}`}
    >
      <Icon name={own.icon} size={own.size ?? 18} />
    </button>
  );
}
