import { createEffect } from "solid-js";

/** Lets a text area grow with its text where the browser does not do that by itself. */
export function growWithText(area: HTMLTextAreaElement, text: () => string): void {
  if (CSS.supports("field-sizing", "content")) return;
  createEffect(() => {
    text();
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  });
}
