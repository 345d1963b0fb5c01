import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { UserBubble } from "./UserBubble.tsx";

/** A message of the user that is not stored yet, and what is to be said of it. */
export function UserMessage(props: { text: string; children?: JSX.Element }): JSX.Element {
  return (
    <article class="mb-7 flex flex-col items-end">
      <h3 class="sr-only">{t().chat.you}</h3>
      <UserBubble text={props.text} />
      {props.children}
    </article>
  );
}
