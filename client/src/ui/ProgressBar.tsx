import type { JSX } from "solid-js";

/** A thin bar; `value` is 0 to 1. With a `label` it is announced as progress, else it is decoration. */
export function ProgressBar(props: { value: number; label?: string; class?: string }): JSX.Element {
  const value = () => Math.min(Math.max(props.value, 0), 1);
  return (
    <div
      role={props.label ? "progressbar" : undefined}
      aria-hidden={props.label ? undefined : true}
      aria-label={props.label}
      aria-valuemin={props.label ? 0 : undefined}
      aria-valuemax={props.label ? 100 : undefined}
      aria-valuenow={props.label ? Math.round(value() * 100) : undefined}
      class={`h-[3px] overflow-hidden rounded-full bg-line ${props.class ?? ""}`}
    >
      <div
        class="h-full origin-left bg-accent transition-transform forced-colors:bg-[Highlight]"
        style={{ transform: `scaleX(${value()})` }}
      />
    </div>
  );
}
