import type { JSX } from "solid-js";

/** What the user wrote, as it was written. */
export function UserBubble(props: { text: string }): JSX.Element {
  return (
    <p
      dir="auto"
      class="max-w-[85%] rounded-[14px] rounded-br-[4px] border border-line bg-bubble px-[15px] py-2.5 text-[15px] wrap-anywhere whitespace-pre-wrap"
    >
      {props.text}
    </p>
  );
}
