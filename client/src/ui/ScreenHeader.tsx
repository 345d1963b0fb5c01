import { createEffect } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { drawerOpen, setDrawerOpen } from "./drawer.ts";
import { Icon } from "./Icon.tsx";

/** The top line of a screen: its heading, which also names the tab, and its controls at the right. */
export function ScreenHeader(props: {
  title: string;
  /** Names the tab where the heading itself is to stay empty. */
  pageTitle?: string;
  children?: JSX.Element;
}): JSX.Element {
  createEffect(() => {
    const title = props.title || props.pageTitle;
    document.title = title ? `${title} · Prosa` : "Prosa";
  });
  return (
    <header class="flex h-[52px] shrink-0 items-center gap-2.5 px-3 desk:px-5">
      <button
        type="button"
        class="target inline-flex size-[31px] items-center justify-center rounded-full border border-line bg-surface text-soft desk:hidden"
        aria-label={t().shell.openSidebar}
        aria-expanded={drawerOpen()}
        aria-controls="sidebar"
        onClick={() => setDrawerOpen(true)}
      >
        <Icon name="menu" />
      </button>
      <h1 class="min-w-0 flex-1 truncate text-[15px] font-semibold">
        {props.title || <span class="sr-only">{props.pageTitle}</span>}
      </h1>
      {props.children}
    </header>
  );
}
