import { createEffect, createSignal, on, Show } from "solid-js";
import type { JSX } from "solid-js";
import { isMissing } from "../errors.ts";
import { t } from "../i18n/i18n.ts";
import { paths } from "../paths.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { chatStore } from "./store.ts";

/** Stands where a chat is not; the server can bring a deleted one back for some days. */
export function MissingChat(props: { id: string }): JSX.Element {
  const store = chatStore();
  const [failure, setFailure] = createSignal<unknown>();
  const [busy, setBusy] = createSignal(false);
  createEffect(
    on(
      () => props.id,
      () => setFailure(undefined),
    ),
  );
  const bringBack = async (id: string) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await store.chats.restore(id);
      announce(t().chat.restored);
      await store.reload(id);
      document.getElementById("composer")?.focus();
    } catch (error) {
      setFailure(() => error);
    } finally {
      setBusy(false);
    }
  };
  const gone = () => failure() !== undefined && isMissing(failure());
  return (
    <div class="mx-auto flex w-full max-w-[748px] flex-1 flex-col items-start gap-3 px-3.5 pt-8">
      <p class="text-soft">{t().chat.missing}</p>
      <Show when={!gone()} fallback={<p role="alert">{t().chat.gone}</p>}>
        <p class="text-soft">{t().chat.bringBackHint}</p>
        <Button icon="redo" busy={busy()} onClick={() => void bringBack(props.id)}>
          {t().chat.bringBack}
        </Button>
        <Failure error={failure()} />
      </Show>
      <a href={paths.home} class="target font-semibold text-accent hover:underline">
        {t().chat.newChat}
      </a>
    </div>
  );
}
