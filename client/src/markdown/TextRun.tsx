import { createRenderEffect } from "solid-js";
import type { JSX } from "solid-js";

/** A text node of its own, so that growing text is appended and never set anew. */
export function TextRun(props: { text: string }): JSX.Element {
  const node = document.createTextNode("");
  createRenderEffect(() => writeText(node, props.text));
  return node;
}

/** Makes the node hold this text, touching only what comes behind when it merely grew. */
export function writeText(node: Text, text: string): void {
  const { data } = node;
  if (text === data) return;
  if (data && text.startsWith(data)) node.appendData(text.slice(data.length));
  else node.data = text;
}
