import { useLocation } from "@solidjs/router";
import { createEffect, on, Show } from "solid-js";
import type { JSX } from "solid-js";
import { ChatList } from "../chat/ChatList.tsx";
import { searchHere } from "../chat/search-place.ts";
import { t } from "../i18n/i18n.ts";
import { paths } from "../paths.ts";
import { drawerOpen, setDrawerOpen } from "../ui/drawer.ts";
import { Icon } from "../ui/Icon.tsx";
import { UserMenu } from "./UserMenu.tsx";
import { writeHere } from "./write-here.ts";

/** The left column; under 900 px a drawer over the page, which is inert while it is open. */
export function Sidebar(): JSX.Element {
  const location = useLocation();
  let sidebar!: HTMLDivElement;
  let before: Element | null = null;
  createEffect(
    on(
      drawerOpen,
      (open) => {
        if (open) {
          before = document.activeElement;
          sidebar.querySelector<HTMLElement>("a, button")?.focus();
        } else if (before instanceof HTMLElement) before.focus();
      },
      { defer: true },
    ),
  );
  return (
    <>
      <Show when={drawerOpen()}>
        <div class="fixed inset-0 z-10 bg-scrim desk:hidden" onClick={() => setDrawerOpen(false)} />
      </Show>
      <div
        ref={sidebar}
        id="sidebar"
        aria-label={t().shell.sidebar}
        role={drawerOpen() ? "dialog" : "complementary"}
        aria-modal={drawerOpen() ? true : undefined}
        class={`flex w-[272px] shrink-0 flex-col border-r border-line bg-sunken max-desk:fixed max-desk:inset-y-0 max-desk:left-0 max-desk:z-20 max-desk:w-[min(300px,86vw)] ${drawerOpen() ? "transition-[translate] max-desk:shadow-float" : "transition-[translate,visibility] max-desk:invisible max-desk:-translate-x-full"}`}
      >
        <div class="flex h-[55px] items-center px-5 pt-1">
          <a href={paths.home} class="target rounded-sm font-serif text-[22px] font-semibold">
            Prosa<span class="text-accent">.</span>
          </a>
        </div>
        <div class="flex flex-col gap-1 px-3">
          <a
            href={paths.home}
            onClick={() => location.pathname === paths.home && writeHere()}
            class="flex h-9 items-center gap-2 rounded-[10px] border border-line bg-surface px-3 font-medium transition-colors hover:border-faint pointer-coarse:h-11"
          >
            <Icon name="pen" />
            <span class="flex-1">{t().chat.newChat}</span>
            <kbd class="font-mono text-[11px] text-faint pointer-coarse:hidden">
              {t().shell.newChatKeys}
            </kbd>
          </a>
          <a
            href={paths.search}
            aria-current={location.pathname === paths.search ? "page" : undefined}
            onClick={() => location.pathname === paths.search && searchHere()}
            class="flex h-9 items-center gap-2 rounded-[10px] border border-line px-3 transition-colors hover:border-faint aria-[current]:border-faint pointer-coarse:h-11"
          >
            <Icon name="search" />
            <span class="flex-1">{t().shell.search}</span>
            <kbd class="font-mono text-[11px] text-faint pointer-coarse:hidden">
              {t().shell.searchKeys}
            </kbd>
          </a>
        </div>
        <div class="min-h-0 flex-1 overflow-y-auto">
          <ChatList />
        </div>
        <UserMenu />
      </div>
    </>
  );
}
