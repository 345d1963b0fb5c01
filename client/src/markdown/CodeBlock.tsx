import { createEffect, createRenderEffect, createSignal, onCleanup } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { copyText } from "./copy-text.ts";
import { highlight } from "./highlight.ts";
import { writeText } from "./TextRun.tsx";

const COPIED_MS = 2_000;

type CodeBlockProps = {
  text: string;
  /** As written behind the fence; empty when nothing was. */
  language: string;
  /** While it may still grow it is not coloured. */
  open: boolean;
};

/** Code in a box with its language and a button that copies it. */
export function CodeBlock(props: CodeBlockProps): JSX.Element {
  const plain = document.createTextNode("");
  const code = document.createElement("code");
  createRenderEffect(() => {
    writeText(plain, props.text);
    if (code.firstChild !== plain) code.replaceChildren(plain);
  });
  createEffect(() => {
    if (props.open) return;
    onCleanup(highlight(props.text, props.language, (coloured) => code.replaceChildren(coloured)));
  });
  return (
    <figure class="md-code">
      <figcaption>
        <span>{props.language}</span>
        <CopyButton text={props.text} />
      </figcaption>
      <pre tabindex="0">{code}</pre>
    </figure>
  );
}

function CopyButton(props: { text: string }): JSX.Element {
  const [copied, setCopied] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const copy = async () => {
    if (!(await copyText(props.text))) return;
    setCopied(true);
    clearTimeout(timer);
    timer = setTimeout(() => setCopied(false), COPIED_MS);
  };
  onCleanup(() => clearTimeout(timer));
  return (
    <button type="button" onClick={() => void copy()}>
      {copied() ? t().common.copied : t().common.copy}
    </button>
  );
}
