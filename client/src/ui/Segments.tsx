import { For } from "solid-js";
import type { JSX } from "solid-js";

/** One choice out of a few, side by side; native radio buttons underneath. */
export function Segments<T extends string | number>(props: {
  /** What is chosen, above the choices. */
  label: string;
  name: string;
  /** Undefined when nothing is chosen yet. */
  value: T | undefined;
  options: { value: T; label: string; lang?: string }[];
  onChange: (value: T) => void;
}): JSX.Element {
  return (
    <fieldset>
      <legend class="mb-1 text-[13px] text-soft">{props.label}</legend>
      <div class="flex flex-wrap gap-2">
        <For each={props.options}>
          {(option) => (
            <label
              lang={option.lang}
              class="relative flex h-9 cursor-pointer items-center rounded-full border border-line bg-surface px-3.5 text-soft transition-colors hover:border-faint has-checked:border-accent has-checked:bg-accent-wash has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent pointer-coarse:h-11 forced-colors:has-checked:border-[Highlight]"
            >
              <input
                type="radio"
                class="sr-only"
                name={props.name}
                checked={props.value === option.value}
                onChange={() => props.onChange(option.value)}
              />
              {option.label}
            </label>
          )}
        </For>
      </div>
    </fieldset>
  );
}
