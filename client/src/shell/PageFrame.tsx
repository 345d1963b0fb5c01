import { useLocation } from "@solidjs/router";
import type { RouteSectionProps } from "@solidjs/router";
import { createEffect, ErrorBoundary, on, Suspense } from "solid-js";
import type { JSX } from "solid-js";
import { announce } from "../ui/announce.ts";
import { LiveRegion } from "../ui/LiveRegion.tsx";
import { ToastRegion } from "../ui/ToastRegion.tsx";
import { ErrorScreen } from "./ErrorScreen.tsx";

// A screen names the tab while it renders; by then its title is the one to read out.
const TITLE_SETTLES_MS = 200;

/** What stands around every screen: the way out of a crash, announcements, toasts. */
export function PageFrame(props: RouteSectionProps): JSX.Element {
  const location = useLocation();
  createEffect(
    on(
      () => location.pathname,
      () => setTimeout(() => announce(document.title), TITLE_SETTLES_MS),
      { defer: true },
    ),
  );
  return (
    <>
      <ErrorBoundary
        fallback={(error: unknown) => (
          <main class="h-full">
            <ErrorScreen error={error} />
          </main>
        )}
      >
        <Suspense>{props.children}</Suspense>
      </ErrorBoundary>
      <ToastRegion />
      <LiveRegion />
    </>
  );
}
