import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { errorText } from "../errors.ts";
import { Notice } from "./Notice.tsx";

/** What went wrong, where it happened; nothing while `error` is undefined. */
export function Failure(props: {
  error: unknown;
  action?: string;
  onAction?: () => void;
}): JSX.Element {
  return (
    <Show when={props.error !== undefined}>
      <Notice
        kind="bad"
        icon="alert"
        alert
        {...(props.action ? { action: props.action } : {})}
        onAction={() => props.onAction?.()}
      >
        {errorText(props.error)}
      </Notice>
    </Show>
  );
}
