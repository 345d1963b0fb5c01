const GAP = 6;
const EDGE = 12;

/** Puts a fixed element under an anchor, or above it where there is more room, inside the window. */
export function placeBeside(
  element: HTMLElement,
  anchor: HTMLElement,
  align: "start" | "end",
): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = element;
  const left = align === "start" ? at.left : at.right - width;
  const under = at.bottom + GAP;
  const fits = under + height <= innerHeight - EDGE || at.top < innerHeight - at.bottom;
  const top = fits ? under : at.top - GAP - height;
  element.style.inset = "auto";
  element.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  element.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`;
}
