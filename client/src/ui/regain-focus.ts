import { createEffect, on } from "solid-js";

/** Gives the focus to an element when the button that had it went away with a change of `state`. */
export function regainFocus(state: () => unknown, element: () => HTMLElement | undefined): void {
  createEffect(
    on(
      state,
      () =>
        queueMicrotask(() => {
          if (document.activeElement === document.body) element()?.focus();
        }),
      { defer: true },
    ),
  );
}
