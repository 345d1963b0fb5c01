import type { JSX } from "solid-js";

const LONG_WORD = /\S{1000}/;

/** What the user wrote, as it was written. */
export function UserBubble(props: { text: string }): JSX.Element {
  return (
    <p
      dir="auto"
      class="max-w-[85%] rounded-[14px] rounded-br-[4px] border border-line bg-bubble px-[15px] py-2.5 text-[15px] wrap-anywhere whitespace-pre-wrap"
      classList={{ "breaks-fast": LONG_WORD.test(props.text) }}
    >
      {props.text}
    </p>
  );
}
