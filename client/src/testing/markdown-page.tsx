import { batch, createSignal } from "solid-js";
import { render } from "solid-js/web";
import { Markdown } from "../markdown/Markdown.tsx";

export type Page = {
  root: HTMLElement;
  /** The whole text so far, as the chat store would hand it over. */
  set(text: string, streaming: boolean): void;
  close(): void;
};

/** A page that shows one answer. */
export function openPage(text = "", streaming = false): Page {
  const [shown, setShown] = createSignal(text);
  const [live, setLive] = createSignal(streaming);
  const root = document.createElement("div");
  document.body.append(root);
  const dispose = render(() => <Markdown text={shown()} streaming={live()} />, root);
  return {
    root,
    set(next, nextLive) {
      batch(() => {
        setShown(next);
        setLive(nextLive);
      });
    },
    close() {
      dispose();
      root.remove();
    },
  };
}

/** The tree of an answer that was there from the beginning, as one line of text for each node. */
export function treeOf(text: string): string {
  const page = openPage(text);
  const tree = outline(page.root);
  page.close();
  return tree;
}

/** The tree of an answer that came in pieces. */
export function treeOfPieces(pieces: Iterable<string>): string {
  const page = openPage("", true);
  let text = "";
  for (const piece of pieces) {
    text += piece;
    page.set(text, true);
  }
  page.set(text, false);
  const tree = outline(page.root);
  page.close();
  return tree;
}

/** Elements, attributes and texts, one a line; neighbouring texts count as one. */
export function outline(node: Node, indent = ""): string {
  node.normalize();
  return [...node.childNodes].map((child) => outlineOf(child, indent)).join("");
}

function outlineOf(node: ChildNode, indent: string): string {
  if (!(node instanceof Element)) {
    return node.textContent ? `${indent}${JSON.stringify(node.textContent)}\n` : "";
  }
  const attributes = [...node.attributes]
    .filter(({ name }) => name !== "checked")
    .map(({ name, value }) => ` ${name}=${value}`)
    .sort();
  if (node instanceof HTMLInputElement && node.checked) attributes.push(" checked");
  const tag = node.tagName.toLowerCase();
  return `${indent}<${tag}${attributes.join("")}>\n${outline(node, `${indent}  `)}`;
}
