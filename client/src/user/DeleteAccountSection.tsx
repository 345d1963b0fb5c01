import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { fieldErrors, hasReason } from "../errors.ts";
import { t } from "../i18n/account.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { createSubmit } from "../ui/submit.ts";
import { TextField } from "../ui/TextField.tsx";
import { missingPassword, PASSWORD_MAX_LENGTH } from "./field-rules.ts";
import { currentUser, deleteAccount } from "./store.ts";

/** The way out for good; `onDeleted` is told whose account it was. */
export function DeleteAccountSection(props: { onDeleted: (userId: string) => void }): JSX.Element {
  const [asking, setAsking] = createSignal(false);
  return (
    <Section title={t().deletion.title}>
      <p class="text-soft">{t().deletion.hint}</p>
      <Button icon="trash" class="self-start text-bad!" onClick={() => setAsking(true)}>
        {t().deletion.open}
      </Button>
      <Show when={asking()}>
        <DeleteAccountDialog onDeleted={props.onDeleted} onClose={() => setAsking(false)} />
      </Show>
    </Section>
  );
}

function DeleteAccountDialog(props: {
  onDeleted: (userId: string) => void;
  onClose: () => void;
}): JSX.Element {
  const [password, setPassword] = createSignal("");
  const form = createSubmit({
    check: () => ({ password: missingPassword(password()) }),
    send: async () => {
      const userId = currentUser()?.id ?? "";
      await deleteAccount(password());
      props.onDeleted(userId);
    },
    fieldsOf: (error) =>
      hasReason(error, ErrorReason.WRONG_CREDENTIALS)
        ? { password: t().account.wrongPassword }
        : fieldErrors(error),
  });
  return (
    <Dialog open onClose={() => props.onClose()} title={t().deletion.question}>
      <form novalidate class="flex flex-col gap-4" onSubmit={form.submit}>
        <p class="text-soft">{t().deletion.gone}</p>
        <input
          type="text"
          class="hidden"
          autocomplete="username"
          value={currentUser()?.email ?? ""}
          readonly
        />
        <TextField
          autofocus
          label={t().deletion.password}
          name="password"
          type="password"
          autocomplete="current-password"
          maxlength={PASSWORD_MAX_LENGTH}
          value={password()}
          onInput={setPassword}
          error={form.fields()["password"]}
        />
        <Failure error={form.failure()} />
        <div class="flex flex-wrap justify-end gap-2">
          <Button kind="quiet" onClick={() => props.onClose()}>
            {t().common.cancel}
          </Button>
          <Button kind="danger" type="submit" busy={form.sending()}>
            {t().deletion.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
