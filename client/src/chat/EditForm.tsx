import { createMemo, createUniqueId, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Role } from "#proto/prosa/chat/v1/message_pb.ts";
import { format } from "../i18n/i18n.ts";
import { t } from "../i18n/message-changes.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { showToast } from "../ui/toast.ts";
import { editButtonId } from "./ChangeActions.tsx";
import { growWithText } from "./grow-with-text.ts";
import { bytesTooMany, MAX_MESSAGE_BYTES } from "./message-limit.ts";
import { chatStore } from "./store.ts";

/** Where another version of a message is written, in the message's own place. */
export function EditForm(props: { id: string }): JSX.Element {
  const store = chatStore();
  const hintId = createUniqueId();
  const keysId = createUniqueId();
  let area!: HTMLTextAreaElement;
  const message = () => store.state.messages[props.id];
  const edit = () => store.state.edits[props.id];
  const text = () => edit()?.text ?? "";
  const mine = () => message()?.role === Role.USER;
  const tooMany = createMemo(() => bytesTooMany(text()));
  const waiting = () => mine() && store.isBusy(message()?.chatId ?? "");
  const canSave = () => text().trim() !== "" && tooMany() === 0 && !waiting();

  onMount(() => {
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  });
  const save = async () => {
    if (!canSave()) return;
    await store.saveEdit(props.id);
    if (!edit()) document.getElementById("composer")?.focus();
  };
  const leave = (how: (id: string) => void) => {
    const button = editButtonId(props.id);
    how(props.id);
    document.getElementById(button)?.focus();
  };
  const putAside = (id: string) => {
    if (store.putEditAside(id)) showToast({ text: t().messageChanges.putAside });
  };
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save();
    } else if (event.key === "Escape" && !edit()?.sending) {
      event.preventDefault();
      event.stopPropagation();
      leave(putAside);
    }
  };
  const hint = () => {
    if (tooMany() > 0) {
      return t().messageChanges.tooLong(
        format().bytes(tooMany()),
        format().bytes(MAX_MESSAGE_BYTES),
      );
    }
    return waiting() ? t().messageChanges.waitForAnswer : t().messageChanges.askHint;
  };
  return (
    <form
      class="w-full rounded-[14px] border border-line bg-surface p-3 focus-within:border-faint/40"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        ref={(element) => {
          area = element;
          growWithText(element, text);
        }}
        rows="2"
        dir="auto"
        value={text()}
        readonly={edit()?.sending ?? false}
        aria-label={mine() ? t().changes.editMessage : t().changes.editAnswer}
        aria-describedby={`${hintId} ${keysId}`}
        aria-invalid={tooMany() > 0}
        class="block max-h-[50dvh] w-full resize-none bg-transparent px-1 text-[15px] leading-[1.5] breaks-fast outline-none [field-sizing:content] pointer-coarse:text-base"
        onInput={(event) => store.setEditText(props.id, event.currentTarget.value)}
        onKeyDown={keys}
      />
      <p id={hintId} class={`mt-2 px-1 text-[12.5px] ${tooMany() > 0 ? "text-bad" : "text-faint"}`}>
        {hint()}
      </p>
      <Show when={edit()?.error !== undefined}>
        <div class="mt-2">
          <Failure error={edit()?.error} action={t().common.retry} onAction={() => void save()} />
        </div>
      </Show>
      <div class="mt-2.5 flex flex-wrap items-center justify-end gap-2">
        <span id={keysId} class="mr-auto px-1 text-[12px] text-faint pointer-coarse:hidden">
          {t().messageChanges.keysHint}
        </span>
        <Button
          kind="quiet"
          disabled={edit()?.sending ?? false}
          onClick={() => leave(store.cancelEdit)}
        >
          {t().common.cancel}
        </Button>
        <Button kind="primary" type="submit" busy={edit()?.sending ?? false} disabled={!canSave()}>
          {mine() ? t().messageChanges.askAgain : t().messageChanges.saveAnswer}
        </Button>
      </div>
    </form>
  );
}
