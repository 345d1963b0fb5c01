import { createEffect, createSignal, on } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { announce } from "./announce.ts";
import { Button } from "./Button.tsx";

/** A line of text to be taken elsewhere, with a button that copies it. */
export function CopyField(props: {
  /** Its name for screen readers. */
  label: string;
  value: string;
  /** The words of the button. */
  copy: string;
  /** For what a program reads. */
  code?: boolean;
}): JSX.Element {
  const [copied, setCopied] = createSignal(false);
  let field!: HTMLInputElement;
  createEffect(
    on(
      () => props.value,
      () => setCopied(false),
    ),
  );
  const copy = async () => {
    field.select();
    // Outside HTTPS a browser may forbid it: the text then stands there selected.
    await navigator.clipboard?.writeText(props.value).then(
      () => {
        setCopied(true);
        announce(t().common.copied);
      },
      () => {},
    );
  };
  return (
    <div class="flex flex-wrap gap-2">
      <input
        ref={field}
        readonly
        aria-label={props.label}
        value={props.value}
        class={`h-9 min-w-0 flex-1 basis-36 rounded-row border border-line bg-paper px-3 pointer-coarse:h-11 ${props.code ? "font-mono text-[13px]" : ""}`}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button icon={copied() ? "check" : "copy"} onClick={() => void copy()}>
        {copied() ? t().common.copied : props.copy}
      </Button>
    </div>
  );
}
