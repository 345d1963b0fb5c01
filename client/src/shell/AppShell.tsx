import { Navigate, useLocation, useNavigate } from "@solidjs/router";
import type { RouteSectionProps } from "@solidjs/router";
import {
  createEffect,
  ErrorBoundary,
  Match,
  on,
  onCleanup,
  onMount,
  Suspense,
  Switch,
} from "solid-js";
import type { JSX } from "solid-js";
import { rememberPlace, searchHere } from "../chat/search-place.ts";
import { errorText } from "../errors.ts";
import { t } from "../i18n/i18n.ts";
import { loadModels, releasePullWatches } from "../llm/store.ts";
import { paths } from "../paths.ts";
import { drawerOpen, setDrawerOpen } from "../ui/drawer.ts";
import { Notice } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { isAdmin, loadSession, sessionState } from "../user/store.ts";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { ErrorScreen } from "./ErrorScreen.tsx";
import { Sidebar } from "./Sidebar.tsx";
import { WireSlot } from "./WireSlot.tsx";
import { writeHere } from "./write-here.ts";

/** The page of somebody who is signed in: sidebar and screen. Others are led to log in. */
export function AppShell(props: RouteSectionProps): JSX.Element {
  const location = useLocation();
  return (
    <Switch fallback={<Waiting />}>
      <Match when={sessionState().status === "signedOut"}>
        <Navigate href={paths.login(location.pathname + location.search)} />
      </Match>
      <Match when={sessionState().status === "unreachable"}>
        <Unreachable />
      </Match>
      <Match when={sessionState().status === "signedIn"}>
        <SignedInPage>{props.children}</SignedInPage>
      </Match>
    </Switch>
  );
}

function SignedInPage(props: { children?: JSX.Element }): JSX.Element {
  const location = useLocation();
  const navigate = useNavigate();

  createEffect(
    on(
      () => location.pathname,
      (path, before) => {
        setDrawerOpen(false);
        if (path === paths.search && before) rememberPlace(before);
      },
    ),
  );
  onMount(() => {
    const keys = (event: KeyboardEvent) => {
      // Escape belongs to what lies on top: a menu or a dialog before the drawer.
      const covered = document.querySelector(":popover-open, dialog[open]") !== null;
      if (event.key === "Escape" && !covered) setDrawerOpen(false);
      if ((event.ctrlKey || event.metaKey) && event.shiftKey && event.key.toLowerCase() === "o") {
        event.preventDefault();
        if (location.pathname === paths.home) writeHere();
        else navigate(paths.home);
      }
      const plain = !event.shiftKey && !event.altKey;
      if ((event.ctrlKey || event.metaKey) && plain && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (covered) return;
        if (location.pathname === paths.search) searchHere();
        else navigate(paths.search);
      }
    };
    const wide = matchMedia("(min-width: 900px)");
    const close = () => setDrawerOpen(false);
    // A hidden tab gives its streams back: a browser opens only six connections to a server.
    const visibility = () => {
      if (document.hidden) releasePullWatches();
      else void loadModels({ watch: isAdmin() });
    };
    visibility();
    document.addEventListener("visibilitychange", visibility);
    document.addEventListener("keydown", keys);
    wide.addEventListener("change", close);
    onCleanup(() => {
      document.removeEventListener("keydown", keys);
      wide.removeEventListener("change", close);
      document.removeEventListener("visibilitychange", visibility);
    });
  });

  return (
    <div class="flex h-full overflow-hidden">
      <a
        href="#main"
        target="_self"
        inert={drawerOpen()}
        class="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-40 focus:rounded-row focus:bg-surface focus:px-3 focus:py-2"
      >
        {t().shell.skip}
      </a>
      <Sidebar />
      <div
        inert={drawerOpen()}
        class="flex min-w-0 flex-1 flex-col min-[1200px]:has-[>[data-open]]:flex-row"
      >
        <main
          id="main"
          tabindex="-1"
          class="relative flex min-h-0 min-w-0 flex-1 flex-col outline-none"
        >
          <ConnectionBanner />
          <ErrorBoundary
            fallback={(error: unknown, reset) => {
              createEffect(on(() => location.pathname, reset, { defer: true }));
              return <ErrorScreen error={error} />;
            }}
          >
            <Suspense fallback={<Skeleton widths={[60, 90, 75]} class="p-6 pt-16" />}>
              {props.children}
            </Suspense>
          </ErrorBoundary>
        </main>
        <WireSlot />
      </div>
    </div>
  );
}

function Unreachable(): JSX.Element {
  const error = () => {
    const state = sessionState();
    return state.status === "unreachable" ? state.error : undefined;
  };
  return (
    <main class="grid h-full place-content-center p-4">
      <h1 class="sr-only">Prosa</h1>
      <Notice
        kind="bad"
        icon="alert"
        alert
        action={t().common.retry}
        onAction={() => void loadSession()}
      >
        {errorText(error())}
      </Notice>
    </main>
  );
}

function Waiting(): JSX.Element {
  return (
    <main aria-busy="true" class="flex h-full">
      <h1 class="sr-only">Prosa</h1>
      <div class="hidden w-[272px] border-r border-line bg-sunken p-5 desk:block">
        <Skeleton widths={[40, 100, 70, 85, 60]} />
      </div>
    </main>
  );
}
