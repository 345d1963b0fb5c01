import { createSignal, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/api-page.ts";
import { Icon } from "../ui/Icon.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { CallDetails } from "./CallDetails.tsx";
import { CallRow } from "./CallRow.tsx";
import { calls, clearCalls, MAX_CALLS, paused, setPaused } from "./wire.ts";

/** A quiet line that says that calls are watched, and opens the list of them. */
export function WirePanel(): JSX.Element {
  const [open, setOpen] = createSignal(false);
  let opener: HTMLButtonElement | undefined;
  const close = () => {
    setOpen(false);
    opener?.focus();
  };
  return (
    <Show
      when={open()}
      fallback={
        <aside aria-label={t().api.wire.title} class="border-t border-line bg-sunken">
          <button
            ref={opener}
            type="button"
            aria-expanded="false"
            class="target flex h-7 w-full items-center gap-2 px-3 text-left text-[12px] text-faint hover:text-ink desk:px-5"
            onClick={() => setOpen(true)}
          >
            <span class={`size-1.5 shrink-0 rounded-full ${paused() ? "bg-faint" : "bg-accent"}`} />
            <span class="truncate">{t().api.wire.on}</span>
            <span class="ml-auto shrink-0 tabular-nums">{t().api.wire.calls(calls().length)}</span>
            <span class="sr-only">{t().api.wire.open}</span>
            <Icon name="up" size={12} />
          </button>
        </aside>
      }
    >
      <Panel onClose={close} />
    </Show>
  );
}

function Panel(props: { onClose: () => void }): JSX.Element {
  const [chosen, setChosen] = createSignal<number>();
  const call = () => calls().find(({ id }) => id === chosen());
  const back = (id: number) => {
    setChosen(undefined);
    document.getElementById(`call-${id}`)?.focus();
  };
  return (
    <aside
      data-open
      aria-label={t().api.wire.title}
      class="flex h-[52dvh] min-h-0 shrink-0 flex-col border-t border-line bg-surface min-[1200px]:h-auto min-[1200px]:w-[420px] min-[1200px]:border-t-0 min-[1200px]:border-l"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        const shown = chosen();
        if (shown === undefined) props.onClose();
        else back(shown);
      }}
    >
      <header class="flex h-[52px] shrink-0 items-center gap-1 border-b border-line pr-2 pl-4">
        <h2 class="min-w-0 flex-1 truncate font-semibold">{t().api.wire.title}</h2>
        <IconButton
          icon={paused() ? "play" : "pause"}
          label={paused() ? t().api.wire.resume : t().api.wire.pause}
          onClick={() => setPaused(!paused())}
        />
        <IconButton icon="trash" label={t().api.wire.clear} onClick={clearCalls} />
        <IconButton
          ref={(button) => queueMicrotask(() => button.focus())}
          icon="close"
          label={t().api.wire.close}
          onClick={() => props.onClose()}
        />
      </header>
      <div class="min-h-0 flex-1 overflow-y-auto">
        <Show when={call()} fallback={<CallList onChoose={setChosen} />}>
          {(shown) => <CallDetails call={shown()} onBack={() => back(shown().id)} />}
        </Show>
      </div>
    </aside>
  );
}

function CallList(props: { onChoose: (id: number) => void }): JSX.Element {
  const note = () => {
    if (paused()) return t().api.wire.paused;
    if (calls().length === 0) return t().api.wire.none;
    return calls().length === MAX_CALLS ? t().api.wire.limit(MAX_CALLS) : "";
  };
  return (
    <>
      <Show when={note()}>
        {(words) => <p class="px-4 py-3 text-[13px] text-faint">{words()}</p>}
      </Show>
      <ul aria-label={t().api.wire.list}>
        <For each={calls()}>
          {(call) => <CallRow call={call} onChoose={() => props.onChoose(call.id)} />}
        </For>
      </ul>
    </>
  );
}
