import { For, Show } from "solid-js";
import type { JSX } from "solid-js";

/** A comment of the schema: its paragraphs, with what stands between backticks as code. */
export function Comment(props: { text: string; class?: string }): JSX.Element {
  return (
    <For each={props.text.split("\n\n").filter(Boolean)}>
      {(paragraph) => (
        <p lang="en" class={`text-soft not-first:mt-1.5 wrap-anywhere ${props.class ?? ""}`}>
          <For each={paragraph.split("`")}>
            {(part, index) => (
              <Show when={index() % 2 === 1} fallback={part}>
                <code class="rounded-sm bg-code px-1 font-mono text-[0.92em]">{part}</code>
              </Show>
            )}
          </For>
        </p>
      )}
    </For>
  );
}
