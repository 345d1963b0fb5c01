import { createEffect, createMemo, createSignal, onCleanup } from "solid-js";
import type { JSX } from "solid-js";
import { Blocks } from "./Blocks.tsx";
import { createCaret } from "./caret.ts";
import { createStreamLexer } from "./stream-lexer.ts";
import "./markdown.css";

/** When text stops coming for so long, what waits to be taken in is taken in. */
const STALL_MS = 200;

type MarkdownProps = {
  text: string;
  /** While true the text only grows, and a caret stands at its end. */
  streaming: boolean;
};

/** Markdown as elements; of text that grows only the last blocks are read and drawn again. */
export function Markdown(props: MarkdownProps): JSX.Element {
  const lexer = createStreamLexer();
  const [stalls, setStalls] = createSignal(0);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const blocks = createMemo(() => {
    stalls();
    const read = lexer.read(props.text, !props.streaming);
    clearTimeout(timer);
    if (lexer.behind()) timer = setTimeout(() => setStalls((count) => count + 1), STALL_MS);
    return read;
  });
  onCleanup(() => clearTimeout(timer));

  const root = (
    <div class="md" data-streaming={props.streaming ? "" : undefined}>
      <Blocks tokens={blocks()} depth={0} open={props.streaming} />
    </div>
  ) as HTMLElement;
  const moveCaret = createCaret(root);
  createEffect(() => {
    blocks();
    moveCaret(props.streaming);
  });
  return root;
}
