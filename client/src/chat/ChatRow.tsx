import { useLocation, useNavigate } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { errorText } from "../errors.ts";
import { t } from "../i18n/i18n.ts";
import { paths } from "../paths.ts";
import { Icon } from "../ui/Icon.tsx";
import { Menu } from "../ui/Menu.tsx";
import { onDemand } from "../ui/on-demand.tsx";
import { showToast } from "../ui/toast.ts";
import { chatStore } from "./store.ts";

const RenameDialog = onDemand(async () => (await import("./RenameDialog.tsx")).RenameDialog);

const SHORT_TITLE = 40;

/** A title that leaves room for the words around it. */
function shortened(title: string): string {
  const letters = [...title];
  if (letters.length <= SHORT_TITLE) return title;
  return `${letters.slice(0, SHORT_TITLE).join("").trimEnd()}…`;
}

/** One chat in the list: the way to it, whether it has news, and what can be done with it. */
export function ChatRow(props: { id: string }): JSX.Element {
  const store = chatStore();
  const location = useLocation();
  const navigate = useNavigate();
  const [renaming, setRenaming] = createSignal(false);
  let row!: HTMLLIElement;
  const title = () => store.state.chats[props.id]?.title || t().chat.newChat;
  const selected = () => location.pathname === paths.chat(props.id);

  const remove = async () => {
    const { id } = props;
    const wasSelected = selected();
    const name = title();
    neighbour(row)?.focus();
    if (wasSelected) navigate(paths.home);
    try {
      await store.chats.remove(id);
    } catch (error) {
      showToast({ text: errorText(error) });
      return;
    }
    showToast({
      text: t().chat.deleted(shortened(name)),
      action: t().common.undo,
      onAction: () => void restore(id, wasSelected),
    });
  };
  const restore = async (id: string, show: boolean) => {
    try {
      await store.chats.restore(id);
      if (show) navigate(paths.chat(id));
    } catch (error) {
      showToast({ text: errorText(error) });
    }
  };

  return (
    <li
      ref={row}
      class={`group relative flex h-[34px] items-center rounded-row transition-colors pointer-coarse:h-11 ${selected() ? "bg-accent-wash text-ink" : "text-soft hover:text-ink"}`}
    >
      <a
        href={paths.chat(props.id)}
        aria-current={selected() ? "page" : undefined}
        class="target flex h-full min-w-0 flex-1 items-center gap-2 rounded-row px-2 group-focus-within:pr-9 group-hover:pr-9 pointer-coarse:pr-11"
      >
        <span class="min-w-0 flex-1 truncate">{title()}</span>
        <Show when={store.state.unread[props.id]}>
          <span class="size-[7px] shrink-0 rounded-full bg-accent group-focus-within:hidden group-hover:hidden" />
          <span class="sr-only">{t().chat.unread}</span>
        </Show>
      </a>
      <Menu
        align="end"
        label={t().chat.actions(title())}
        class="absolute! inset-y-0 right-0 grid w-9 place-items-center rounded-row opacity-0 pointer-coarse:w-11 group-focus-within:opacity-100 group-hover:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
        items={[
          { label: t().chat.rename, icon: "pen", onSelect: () => setRenaming(true) },
          {
            label: t().common.delete,
            icon: "trash",
            danger: true,
            onSelect: () => void remove(),
          },
        ]}
      >
        <Icon name="more" />
      </Menu>
      <Show when={renaming()}>
        <RenameDialog
          id={props.id}
          title={store.state.chats[props.id]?.title ?? ""}
          onClose={() => setRenaming(false)}
          onUnavailable={() => setRenaming(false)}
        />
      </Show>
    </li>
  );
}

/** Where the focus goes when a row goes: to the chat below, or above, or to a new one. */
function neighbour(row: HTMLElement): HTMLElement | null {
  const beside = row.nextElementSibling ?? row.previousElementSibling;
  return beside?.querySelector("a") ?? document.querySelector<HTMLElement>("#sidebar a[href='/']");
}
