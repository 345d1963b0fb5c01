import { createMemo, For, onCleanup, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { errorText } from "../errors.ts";
import { locale, t } from "../i18n/i18n.ts";
import { Notice } from "../ui/Notice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { ChatRow } from "./ChatRow.tsx";
import { changedAt } from "./chats.ts";
import { type DayGroup, groupByDay } from "./day-groups.ts";
import { createNow } from "./now.ts";
import { chatStore } from "./store.ts";

const DAY_CHECK_MS = 60_000;

/** All chats of the user under headings by day, the newest activity first. */
export function ChatList(): JSX.Element {
  const store = chatStore();
  const now = createNow(DAY_CHECK_MS);
  const ids = createMemo(
    () =>
      Object.values(store.state.chats)
        .toSorted((a, b) => changedAt(b) - changedAt(a))
        .map((chat) => chat.id),
    [],
    { equals: (a, b) => a.length === b.length && a.every((id, index) => id === b[index]) },
  );
  const timeOf = (id: string) => changedAt(store.state.chats[id] ?? {});
  const groups = createMemo(() => groupByDay(ids(), timeOf, now()));
  const idsOf = (group: DayGroup) => groups().find((one) => one.group === group)?.items ?? [];
  const names = createMemo(() => groups().map((one) => one.group), [], {
    equals: (a, b) => a.join() === b.join(),
  });
  onMount(() => void store.chats.load());

  return (
    <nav aria-label={t().chat.list} class="px-3 pb-3">
      <For each={names()}>
        {(group) => (
          <section aria-label={groupName(group)}>
            <h2 class="px-2 pt-4.5 pb-2 text-[12px] text-faint">{groupName(group)}</h2>
            <ul class="flex flex-col gap-1">
              <For each={idsOf(group)}>{(id) => <ChatRow id={id} />}</For>
            </ul>
          </section>
        )}
      </For>
      <ListEnd empty={ids().length === 0} />
    </nav>
  );
}

/** What stands below the last chat: the rest of the list, or why there is none. */
function ListEnd(props: { empty: boolean }): JSX.Element {
  const store = chatStore();
  const list = () => store.state.list;
  const again = () => void (props.empty ? store.chats.load() : store.chats.loadMore());
  return (
    <>
      <Show when={list().status === "loading" && props.empty}>
        <Skeleton widths={[70, 90, 60, 80]} class="px-2 pt-6" />
      </Show>
      <Show when={list().status === "ready" && props.empty}>
        <p class="px-2 pt-5 text-[13px] text-faint">{t().chat.emptyList}</p>
      </Show>
      <Show when={list().status === "failed"}>
        <div class="pt-4">
          <Notice kind="bad" action={t().common.retry} onAction={again}>
            {errorText(list().error)}
          </Notice>
        </div>
      </Show>
      <Show when={list().nextPageToken && list().status !== "failed"}>
        <MoreButton onMore={() => void store.chats.loadMore()} />
      </Show>
    </>
  );
}

/** Asks for more when it comes into view, and for those without a wheel also by a press. */
function MoreButton(props: { onMore: () => void }): JSX.Element {
  let button!: HTMLButtonElement;
  onMount(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) props.onMore();
    });
    observer.observe(button);
    onCleanup(() => observer.disconnect());
  });
  return (
    <button
      ref={button}
      type="button"
      class="mt-2 h-9 w-full rounded-row text-[13px] text-soft hover:text-ink"
      onClick={() => props.onMore()}
    >
      {t().common.more}
    </button>
  );
}

function groupName(group: DayGroup): string {
  const names: Record<string, string> = t().chat.groups;
  const known = names[group];
  if (known) return known;
  const [year, month] = group.split("-").map(Number);
  const date = new Date(year ?? 0, (month ?? 1) - 1);
  const name = date.toLocaleDateString(locale(), { month: "long", year: "numeric" });
  return name.charAt(0).toLocaleUpperCase(locale()) + name.slice(1);
}
