import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { errorText } from "../errors.ts";
import { t } from "../i18n/i18n.ts";
import { defaultModel, embeddedEngine } from "../llm/store.ts";
import { paths } from "../paths.ts";
import { Menu } from "../ui/Menu.tsx";
import { Notice } from "../ui/Notice.tsx";
import { currentUser, isAdmin, logout } from "../user/store.ts";
import { leavePage } from "./leave-page.ts";

/** Up to two letters for a name: of its first and its last word. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toLocaleUpperCase();
}

/** Who is signed in, at the foot of the sidebar, with the ways to their pages and out. */
export function UserMenu(): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const leave = async () => {
    setFailure(undefined);
    const owner = currentUser()?.id ?? "";
    try {
      await logout();
      leavePage(owner);
    } catch (error) {
      setFailure(error);
    }
  };
  const name = () => currentUser()?.displayName ?? "";
  const model = () => defaultModel() || t().shell.noModel;
  return (
    <div class="mx-3 border-t border-line py-2.5">
      <Show when={failure()}>
        <Notice kind="bad" alert>
          {errorText(failure())}
        </Notice>
      </Show>
      <Menu
        class="flex w-full items-center gap-2.5 rounded-row px-2 py-1 text-left transition-colors hover:bg-paper"
        items={[
          { label: t().shell.account, icon: "user", href: paths.account },
          { label: t().shell.models, icon: "model", href: paths.models },
          ...(isAdmin()
            ? [{ label: t().shell.administration, icon: "users" as const, href: paths.admin() }]
            : []),
          { label: t().shell.api, icon: "code", href: paths.api() },
          { label: t().shell.logout, icon: "leave", onSelect: () => void leave(), separated: true },
        ]}
      >
        <span
          aria-hidden="true"
          class="grid size-7 shrink-0 place-items-center rounded-full bg-accent text-[12px] font-semibold text-accent-ink"
        >
          {initials(name())}
        </span>
        <span class="min-w-0">
          <span class="sr-only">{t().shell.account}: </span>
          <span class="block truncate font-medium">{name()}</span>
          <span class="block truncate text-[12px] text-faint">
            {embeddedEngine() ? t().shell.local(model()) : model()}
          </span>
        </span>
      </Menu>
    </div>
  );
}
