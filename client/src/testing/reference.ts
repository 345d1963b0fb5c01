import { Marked } from "marked";

const LEVELS: Record<string, string> = {
  H1: "h3",
  H2: "h4",
  H3: "h5",
  H4: "h6",
  H5: "h6",
  H6: "h6",
};
const CONTAINERS = "body, ul, ol, li, blockquote, table, thead, tbody, tr";

const marked = new Marked({
  gfm: true,
  renderer: {
    // Raw HTML is shown as text: this is the one difference made before HTML exists.
    html: ({ block, text }) =>
      block ? `<p class="md-source">${escape(text.trimEnd())}</p>` : escape(text),
    text: (token) => ("escaped" in token && token.escaped ? escape(token.text, false) : false),
  },
});

/** What marked's own HTML comes to when our few deliberate differences are applied to it. */
export function referenceOf(markdown: string): HTMLElement {
  const { body } = new DOMParser().parseFromString(
    marked.parse(markdown, { async: false }),
    "text/html",
  );
  for (const heading of body.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    rename(heading, LEVELS[heading.tagName] ?? "");
  }
  for (const image of body.querySelectorAll("img")) replaceImage(image);
  for (const link of body.querySelectorAll("a")) replaceLink(link);
  for (const pre of body.querySelectorAll("pre")) boxCode(pre);
  for (const table of body.querySelectorAll("table")) boxTable(table);
  for (const box of body.querySelectorAll("input")) labelBox(box);
  dropBreaks(body);
  return body;
}

/** Takes from a rendered page what stands around the answer and what only assistive tools see. */
export function comparable(root: HTMLElement): HTMLElement {
  const answer = root.querySelector<HTMLElement>(".md");
  if (!answer) throw new Error("no answer on the page");
  const copy = answer.cloneNode(true) as HTMLElement;
  for (const box of copy.querySelectorAll("input")) box.removeAttribute("aria-label");
  for (const table of copy.querySelectorAll(".md-table")) table.removeAttribute("aria-label");
  return copy;
}

/** Pictures become links with their words, and only words inside another link. */
function replaceImage(image: HTMLImageElement): void {
  const src = image.getAttribute("src") ?? "";
  if (image.closest("a[href]") && isSafe(image.closest("a")?.getAttribute("href") ?? "")) {
    image.replaceWith(image.alt);
    return;
  }
  if (!isSafe(src)) {
    image.replaceWith(image.alt);
    return;
  }
  const link = document.createElement("a");
  link.className = "md-image";
  link.setAttribute("href", src);
  if (image.title) link.title = image.title;
  link.append(image.alt || encoded(src));
  image.replaceWith(link);
}

/** Only http, https and mailto with a full address are links; of all others the words remain. */
function replaceLink(link: HTMLAnchorElement): void {
  const href = link.getAttribute("href") ?? "";
  if (!isSafe(href)) {
    link.replaceWith(...link.childNodes);
    return;
  }
  link.setAttribute("href", encoded(href));
  link.setAttribute("rel", "noopener noreferrer nofollow");
  link.setAttribute("target", "_blank");
}

function boxCode(pre: Element): void {
  const code = pre.querySelector("code");
  if (!code) throw new Error("a pre without code");
  const language = code.className.replace("language-", "");
  const words = document.createElement("span");
  words.append(language);
  const button = document.createElement("button");
  button.type = "button";
  button.append("Copy");
  const caption = document.createElement("figcaption");
  caption.append(words, button);
  const figure = document.createElement("figure");
  figure.className = "md-code";
  pre.replaceWith(figure);
  pre.setAttribute("tabindex", "0");
  figure.append(caption, pre);
  code.removeAttribute("class");
  code.textContent = (code.textContent ?? "").replace(/\n$/, "");
}

function boxTable(table: Element): void {
  const box = document.createElement("div");
  box.className = "md-table";
  box.setAttribute("role", "region");
  box.tabIndex = 0;
  table.replaceWith(box);
  box.append(table);
  for (const cell of table.querySelectorAll("th, td")) {
    if (cell.tagName === "TH") cell.setAttribute("scope", "col");
    const align = cell.getAttribute("align");
    cell.removeAttribute("align");
    if (align) cell.className = `md-${align}`;
  }
}

function labelBox(box: HTMLInputElement): void {
  box.closest("li")?.setAttribute("class", "md-task");
  const words = box.nextSibling;
  if (words) words.textContent = words.textContent?.replace(/^ /, "") ?? "";
}

function dropBreaks(body: HTMLElement): void {
  for (const container of [body, ...body.querySelectorAll(CONTAINERS)]) {
    for (const child of [...container.childNodes]) {
      if (child instanceof Text && !(child.previousSibling instanceof Text)) {
        child.data = child.data.replace(/^\n/, "");
        if (!child.data) child.remove();
      }
    }
  }
}

function rename(element: Element, tag: string): void {
  const renamed = document.createElement(tag);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
}

function isSafe(href: string): boolean {
  return /^(?:https?|mailto):/i.test(href) && URL.canParse(href);
}

function encoded(href: string): string {
  return encodeURI(href).replaceAll("%25", "%");
}

function escape(text: string, ampersands = true): string {
  const escaped = ampersands ? text.replaceAll("&", "&amp;") : text;
  return escaped.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
