import { createSignal, For, onCleanup, Show } from "solid-js";
import type { JSX } from "solid-js";

/** What loads faster than this, in milliseconds, shows nothing while it does. */
export const SKELETON_DELAY_MS = 150;

/** Quiet lines in place of what is being loaded; `widths` in percent, one for each line. */
export function Skeleton(props: { widths: number[]; class?: string }): JSX.Element {
  const [late, setLate] = createSignal(false);
  const timer = setTimeout(() => setLate(true), SKELETON_DELAY_MS);
  onCleanup(() => clearTimeout(timer));
  return (
    <div aria-hidden="true" class={`flex flex-col gap-3 ${props.class ?? ""}`}>
      <Show when={late()}>
        <For each={props.widths}>
          {(width) => <div class="h-4 rounded-row bg-line/60" style={{ width: `${width}%` }} />}
        </For>
      </Show>
    </div>
  );
}
