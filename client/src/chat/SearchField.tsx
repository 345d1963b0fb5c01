import { onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/search.ts";
import { Icon } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { SEARCH_FIELD } from "./search-place.ts";

/** Safely below the 1,024 bytes of a query in most languages; the server says it of others. */
const LONGEST_QUERY = 500;

/** Where the query is written. */
export function SearchField(props: {
  value: string;
  onInput: (value: string) => void;
  onSubmit: () => void;
}): JSX.Element {
  let input!: HTMLInputElement;
  onMount(() => input.focus());
  return (
    <form
      role="search"
      class="relative"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit();
      }}
    >
      <Icon
        name="search"
        class="pointer-events-none absolute top-1/2 left-3.5 -translate-y-1/2 text-faint"
      />
      <input
        ref={input}
        id={SEARCH_FIELD}
        type="text"
        inputmode="search"
        enterkeyhint="search"
        autocomplete="off"
        spellcheck={false}
        maxlength={LONGEST_QUERY}
        aria-label={t().search.label}
        placeholder={t().search.placeholder}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        class="h-11 w-full rounded-note border border-line bg-surface pr-11 pl-10 text-[15px] pointer-coarse:text-base"
      />
      <Show when={props.value}>
        <IconButton
          icon="close"
          label={t().common.clear}
          class="absolute! top-1/2 right-1 -translate-y-1/2"
          onClick={() => {
            props.onInput("");
            input.focus();
          }}
        />
      </Show>
    </form>
  );
}
