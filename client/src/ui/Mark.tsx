import type { JSX } from "solid-js";

const tones = {
  accent: "bg-accent-wash text-accent",
  warn: "border border-line text-warn",
  bad: "bg-bad-wash text-bad",
} as const;

export type MarkTone = keyof typeof tones;

/** A word or two beside a name, which say what it is or how. */
export function Mark(props: { tone?: MarkTone; children: JSX.Element }): JSX.Element {
  return (
    <span class={`rounded-full px-2 py-px text-[12px] ${tones[props.tone ?? "accent"]}`}>
      {props.children}
    </span>
  );
}
