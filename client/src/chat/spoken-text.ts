const BLOCKS = "p, li, pre, th, td, figcaption, h1, h2, h3, h4, h5, h6";

/** What a reader sees of prose: no marks of Markdown, no words of buttons, blocks kept apart. */
export function spokenText(prose: Element): string {
  const copy = prose.cloneNode(true) as Element;
  for (const button of copy.querySelectorAll("button")) button.remove();
  for (const block of copy.querySelectorAll(BLOCKS)) block.append(" ");
  return copy.textContent.replace(/\s+/g, " ").trim();
}
