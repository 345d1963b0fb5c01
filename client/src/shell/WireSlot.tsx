import { ErrorBoundary, lazy, Show, Suspense } from "solid-js";
import type { JSX } from "solid-js";
import { inspecting } from "../rpc/wire-switch.ts";

const WirePanel = lazy(async () => ({
  default: (await import("../rpc/WirePanel.tsx")).WirePanel,
}));

/** The place of the wire inspector; it must not take the page with it when it cannot be loaded. */
export function WireSlot(): JSX.Element {
  return (
    <Show when={inspecting()}>
      <ErrorBoundary fallback={null}>
        <Suspense>
          <WirePanel />
        </Suspense>
      </ErrorBoundary>
    </Show>
  );
}
