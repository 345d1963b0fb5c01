import { createEffect, createMemo, createUniqueId, on, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Role } from "#proto/prosa/chat/v1/message_pb.ts";
import { errorText } from "../errors.ts";
import { format, t } from "../i18n/i18n.ts";
import { findModel } from "../llm/store.ts";
import { announce } from "../ui/announce.ts";
import { Icon } from "../ui/Icon.tsx";
import { showToast } from "../ui/toast.ts";
import { contextUsed } from "./answer-figures.ts";
import { ContextMeter } from "./ContextMeter.tsx";
import { growWithText } from "./grow-with-text.ts";
import { bytesTooMany, MAX_MESSAGE_BYTES } from "./message-limit.ts";
import { isRunning } from "./state.ts";
import { chatStore } from "./store.ts";

/** Where a message is written: sends it, or stops the answer that is being written. */
export function Composer(props: {
  place: string;
  path: string[];
  model: string;
  onSend: (text: string) => void;
}): JSX.Element {
  const store = chatStore();
  const hintId = createUniqueId();
  let area!: HTMLTextAreaElement;
  const draft = () => store.state.drafts[props.place] ?? "";
  const message = (id: string | undefined) => (id ? store.state.messages[id] : undefined);
  const running = createMemo(() => props.path.findLast((id) => isRunning(message(id))));
  const sending = () => store.state.unsent[props.place]?.find((one) => one.sending);
  const busy = () => running() !== undefined || sending() !== undefined;
  const bytes = createMemo(() => bytesTooMany(draft()));
  const tooLong = () => bytes() > 0;
  // The contract refuses NUL, which pasted text may bring along unseen.
  const text = () => draft().replaceAll("\0", "").trim();
  const canSend = () => !busy() && !tooLong() && text() !== "";
  const used = createMemo(() => {
    const newest = props.path.findLast(
      (id) => message(id)?.role === Role.ASSISTANT && message(id)?.usage,
    );
    return contextUsed(message(newest), findModel(props.model)?.contextWindow ?? 0);
  });

  createEffect(
    on(
      () => props.place,
      () => {
        if (matchMedia("(pointer: fine)").matches) area.focus({ preventScroll: true });
      },
    ),
  );
  const send = () => {
    if (busy() && text()) announce(t().chat.waitOrStop);
    if (!canSend()) return;
    const sent = text();
    store.setDraft(props.place, "");
    props.onSend(sent);
    area.focus();
  };
  const stop = async () => {
    const id = running();
    const unsent = sending();
    if (!id && unsent) return store.stopUnsent(unsent.requestId);
    if (!id) return;
    area.focus();
    await store.stop(id).catch((error: unknown) => showToast({ text: errorText(error) }));
  };
  const keys = (event: KeyboardEvent) => {
    // Some input methods end their composing with Enter, which must not send.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && busy()) {
      event.preventDefault();
      announce(t().chat.stop);
      void stop();
    }
  };
  const aboutKeys = () => !tooLong() && props.path.length === 0;
  const hint = () => {
    if (tooLong()) {
      return t().chat.tooLong(format().bytes(bytes()), format().bytes(MAX_MESSAGE_BYTES));
    }
    return aboutKeys() ? t().chat.keysHint : t().chat.answersHint;
  };

  return (
    <div class="shrink-0 px-2.5 pb-2.5 [anchor-name:--composer]">
      <form
        class="mx-auto max-w-[760px] rounded-card border border-line bg-surface px-3.5 pt-3.5 pb-2.5 shadow-float focus-within:border-faint/40"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <textarea
          id="composer"
          ref={(element) => {
            area = element;
            growWithText(element, draft);
          }}
          rows="1"
          dir="auto"
          value={draft()}
          placeholder={t().chat.placeholder}
          aria-label={t().chat.message}
          aria-describedby={hintId}
          aria-invalid={tooLong()}
          enterkeyhint="send"
          class="block max-h-[40dvh] w-full resize-none bg-transparent px-1 text-[15.5px] leading-[1.5] breaks-fast outline-none [field-sizing:content] pointer-coarse:text-base"
          onInput={(event) => store.setDraft(props.place, event.currentTarget.value)}
          onKeyDown={keys}
        />
        <div class="mt-3.5 flex h-[34px] items-center">
          <Show when={used() !== undefined}>
            <ContextMeter used={used() ?? 0} />
          </Show>
          <Show when={busy()} fallback={<SendButton disabled={!canSend()} />}>
            <button
              type="button"
              aria-label={t().chat.stop}
              title={t().chat.stop}
              class="target ml-auto grid size-[34px] place-items-center rounded-full bg-ink text-paper hover:opacity-90"
              onClick={() => void stop()}
            >
              <span class="size-2.5 rounded-[2px] bg-current" />
            </button>
          </Show>
        </div>
      </form>
      <p
        id={hintId}
        class={`mt-3.5 text-center text-[12px] ${tooLong() ? "font-medium text-bad" : "truncate text-faint"} ${aboutKeys() ? "pointer-coarse:hidden" : ""}`}
      >
        {hint()}
      </p>
    </div>
  );
}

function SendButton(props: { disabled: boolean }): JSX.Element {
  return (
    <button
      type="submit"
      aria-label={t().chat.send}
      title={t().chat.send}
      disabled={props.disabled}
      class="target ml-auto grid size-[34px] place-items-center rounded-full bg-accent text-accent-ink enabled:hover:opacity-90 disabled:opacity-40"
    >
      <Icon name="up" />
    </button>
  );
}
