import { createUniqueId } from "solid-js";
import type { JSX } from "solid-js";

/** A card of a settings page under its small heading. */
export function Section(props: { title: string; children: JSX.Element }): JSX.Element {
  const id = createUniqueId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} class="mb-2 px-1 text-[13px] text-faint">
        {props.title}
      </h2>
      <div class="flex flex-col gap-4 rounded-card border border-line bg-surface p-5 max-phone:p-4">
        {props.children}
      </div>
    </section>
  );
}
