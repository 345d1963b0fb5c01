import { onCleanup, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { Notice } from "../ui/Notice.tsx";
import { connection, watchConnection } from "./store.ts";

/** Says over the screen that the connection is lost, while it is. */
export function ConnectionBanner(): JSX.Element {
  onMount(() => onCleanup(watchConnection()));
  return (
    <div
      role="status"
      class="pointer-events-none absolute inset-x-3 top-14 z-10 mx-auto w-fit max-w-[calc(100%-24px)] shadow-float empty:hidden"
    >
      <Show when={connection() !== "well"}>
        <Notice kind="warn" icon="offline">
          {connection() === "offline" ? t().shell.offline : t().shell.serverLost}
        </Notice>
      </Show>
    </div>
  );
}
