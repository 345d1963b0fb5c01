import { onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { Icon } from "./Icon.tsx";
import { IconButton } from "./IconButton.tsx";

/** Where it is written what to look for, with the way to empty it. */
export function SearchField(props: {
  label: string;
  placeholder: string;
  value: string;
  onInput: (value: string) => void;
  /** Called at Enter. */
  onSubmit?: () => void;
  id?: string;
  maxlength?: number;
  autofocus?: boolean;
}): JSX.Element {
  let input!: HTMLInputElement;
  onMount(() => {
    if (props.autofocus) input.focus();
  });
  return (
    <form
      role="search"
      class="relative"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit?.();
      }}
    >
      <Icon
        name="search"
        class="pointer-events-none absolute top-1/2 left-3.5 -translate-y-1/2 text-faint"
      />
      <input
        ref={input}
        id={props.id}
        type="text"
        inputmode="search"
        enterkeyhint="search"
        autocomplete="off"
        spellcheck={false}
        maxlength={props.maxlength}
        aria-label={props.label}
        placeholder={props.placeholder}
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
