import { createEffect, createUniqueId, onCleanup, Show } from "solid-js";
import type { JSX } from "solid-js";

/** A modal question: traps focus, closes with Escape or a click beside it, gives focus back. */
export function Dialog(props: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: JSX.Element;
}): JSX.Element {
  const titleId = createUniqueId();
  let dialog!: HTMLDialogElement;
  createEffect(() => {
    if (props.open && !dialog.open) dialog.showModal();
    else if (!props.open && dialog.open) dialog.close();
  });
  // One that goes while it is open would take the focus with it.
  onCleanup(() => dialog.close());
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      class="m-auto w-[min(420px,calc(100vw-28px))] rounded-card border border-line bg-surface p-6 text-ink shadow-float"
      onClose={() => props.onClose()}
      onClick={(event) => {
        if (event.target === dialog) dialog.close();
      }}
    >
      <Show when={props.open}>
        <h2 id={titleId} class="mb-2 text-[16px] font-semibold">
          {props.title}
        </h2>
        {props.children}
      </Show>
    </dialog>
  );
}
