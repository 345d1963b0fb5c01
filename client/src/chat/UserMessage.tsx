import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";

/** What the user wrote, as it was written. */
export function UserMessage(props: { text: string; children?: JSX.Element }): JSX.Element {
  return (
    <article class="mb-7 flex flex-col items-end">
      <h3 class="sr-only">{t().chat.you}</h3>
      <p
        dir="auto"
        class="max-w-[85%] rounded-[14px] rounded-br-[4px] border border-line bg-bubble px-[15px] py-2.5 text-[15px] wrap-anywhere whitespace-pre-wrap"
      >
        {props.text}
      </p>
      {props.children}
    </article>
  );
}
