import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { fieldErrors, hasReason } from "../errors.ts";
import { t } from "../i18n/account.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { createSubmit } from "../ui/submit.ts";
import { TextField } from "../ui/TextField.tsx";
import { missingPassword, newPasswordError, newPasswordHint } from "./field-rules.ts";
import { changePassword, currentUser } from "./store.ts";

/** Changes the password, which signs out all other devices. */
export function PasswordSection(): JSX.Element {
  const [current, setCurrent] = createSignal("");
  const [next, setNext] = createSignal("");
  const [done, setDone] = createSignal(false);
  const form = createSubmit({
    check: () => {
      setDone(false);
      return {
        current_password: missingPassword(current()),
        new_password: newPasswordError(next()),
      };
    },
    send: async () => {
      await changePassword({ currentPassword: current(), newPassword: next() });
      setCurrent("");
      setNext("");
      setDone(true);
      announce(t().account.passwordChanged);
    },
    fieldsOf: (error) =>
      hasReason(error, ErrorReason.WRONG_CREDENTIALS)
        ? { current_password: t().account.wrongPassword }
        : fieldErrors(error),
  });
  return (
    <Section title={t().account.password}>
      <form novalidate class="flex flex-col gap-3.5" onSubmit={form.submit}>
        <input
          type="text"
          class="hidden"
          autocomplete="username"
          value={currentUser()?.email ?? ""}
          readonly
        />
        <TextField
          label={t().account.currentPassword}
          name="current_password"
          type="password"
          autocomplete="current-password"
          value={current()}
          onInput={setCurrent}
          error={form.fields()["current_password"]}
        />
        <TextField
          label={t().account.newPassword}
          name="new_password"
          type="password"
          autocomplete="new-password"
          hint={newPasswordHint()}
          value={next()}
          onInput={setNext}
          error={form.fields()["new_password"]}
        />
        <Failure error={form.failure()} />
        <Show when={done()}>
          <p class="text-soft">{t().account.passwordChanged}</p>
        </Show>
        <Button type="submit" class="self-start" busy={form.sending()}>
          {t().account.changePassword}
        </Button>
      </form>
    </Section>
  );
}
