const CONTAINERS = new Set(
  "DIV UL OL LI P H3 H4 H5 H6 BLOCKQUOTE FIGURE PRE TABLE THEAD TBODY TR TH TD".split(" "),
);

/** Moves the caret's mark to the element in which the last text stands, or takes it away. */
export function createCaret(root: HTMLElement): (shown: boolean) => void {
  let holder: Element | undefined;
  return (shown) => {
    const next = shown ? lastHolder(root) : undefined;
    if (next === holder) return;
    holder?.removeAttribute("data-caret");
    next?.setAttribute("data-caret", "");
    holder = next;
  };
}

function lastHolder(root: Element): Element {
  let holder = root;
  for (;;) {
    const last = holder.lastElementChild;
    if (!last || !CONTAINERS.has(last.tagName)) return holder;
    holder = last;
  }
}
