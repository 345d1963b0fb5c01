import { createSignal, createUniqueId, onMount, Show, splitProps } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "./IconButton.tsx";

type TextFieldProps = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, "value" | "onInput"> & {
  label: string;
  value: string;
  onInput: (value: string) => void;
  /** What is wrong with the value; read out with the field. */
  error?: string | undefined;
  hint?: string | undefined;
};

/** A labelled line of text; passwords can be made visible. */
export function TextField(props: TextFieldProps): JSX.Element {
  const [own, rest] = splitProps(props, [
    "label",
    "value",
    "onInput",
    "error",
    "hint",
    "type",
    "class",
  ]);
  const [visible, setVisible] = createSignal(false);
  const id = createUniqueId();
  const isPassword = () => own.type === "password";
  return (
    <div class={own.class}>
      <label for={id} class="mb-1 block text-[13px] text-soft">
        {own.label}
      </label>
      <div class="relative">
        <input
          {...rest}
          ref={(input) => {
            // The browser heeds `autofocus` only once in a page's life.
            if (rest.autofocus) onMount(() => input.focus());
          }}
          id={id}
          type={isPassword() && visible() ? "text" : (own.type ?? "text")}
          value={own.value}
          onInput={(event) => own.onInput(event.currentTarget.value)}
          aria-invalid={own.error ? true : undefined}
          aria-describedby={own.error || own.hint ? `${id}-note` : undefined}
          class={`h-[42px] w-full rounded-[10px] border bg-paper px-3 text-[15px] pointer-coarse:h-11 pointer-coarse:text-base ${own.error ? "border-bad" : "border-line"} ${isPassword() ? "pr-11" : ""}`}
        />
        <Show when={isPassword()}>
          <IconButton
            icon={visible() ? "eyeOff" : "eye"}
            label={visible() ? t().common.hidePassword : t().common.showPassword}
            aria-pressed={visible()}
            class="absolute top-1/2 right-1 -translate-y-1/2"
            onClick={() => setVisible(!visible())}
          />
        </Show>
      </div>
      <Show when={own.error || own.hint}>
        <p id={`${id}-note`} class={`mt-1 text-[13px] ${own.error ? "text-bad" : "text-faint"}`}>
          {own.error || own.hint}
        </p>
      </Show>
    </div>
  );
}
