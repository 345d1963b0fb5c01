import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { IconButton } from "./IconButton.tsx";
import { dismissToast, holdToasts, releaseToasts, toasts } from "./toast.ts";

/** Where `showToast` shows; stands once in the page, above everything else. */
export function ToastRegion(): JSX.Element {
  let region!: HTMLDivElement;
  const release = () => !region.matches(":hover, :focus-within") && releaseToasts();
  return (
    <div
      ref={region}
      role="status"
      class="above-composer pointer-events-none fixed inset-x-3 z-30 flex flex-col items-center gap-2 pb-2"
      onPointerEnter={holdToasts}
      onPointerLeave={release}
      onFocusIn={holdToasts}
      onFocusOut={release}
    >
      <For each={toasts()}>
        {(toast) => (
          <div class="pointer-events-auto flex max-w-full items-center gap-3 rounded-note border border-line bg-surface py-1 pr-1 pl-4 shadow-float">
            <span class="min-w-0 py-1 break-words">{toast.text}</span>
            <Show when={toast.action}>
              <button
                type="button"
                class="target shrink-0 rounded-sm font-semibold text-accent underline-offset-2 hover:underline"
                onClick={() => {
                  dismissToast(toast.id);
                  toast.onAction?.();
                }}
              >
                {toast.action}
              </button>
            </Show>
            <IconButton
              icon="close"
              label={t().common.close}
              size={14}
              onClick={() => dismissToast(toast.id)}
            />
          </div>
        )}
      </For>
    </div>
  );
}
