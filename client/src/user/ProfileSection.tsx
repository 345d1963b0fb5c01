import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { fieldErrors } from "../errors.ts";
import { t } from "../i18n/account.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Mark } from "../ui/Mark.tsx";
import { Section } from "../ui/Section.tsx";
import { createSubmit } from "../ui/submit.ts";
import { TextField } from "../ui/TextField.tsx";
import { nameError } from "./field-rules.ts";
import { currentUser, isAdmin, updateProfile } from "./store.ts";

/** The e-mail and the name of the account. */
export function ProfileSection(): JSX.Element {
  const [name, setName] = createSignal(currentUser()?.displayName ?? "");
  const [saved, setSaved] = createSignal(false);
  const form = createSubmit({
    check: () => ({ display_name: nameError(name()) }),
    send: async () => {
      await updateProfile({ displayName: name().trim() });
      setSaved(true);
      announce(t().common.saved);
    },
    fieldsOf: fieldErrors,
  });
  return (
    <Section title={t().account.profile}>
      <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span class="sr-only">{t().account.email}: </span>
        <span class="min-w-0 text-[15px] break-words">{currentUser()?.email}</span>
        <Show when={isAdmin()}>
          <Mark>{t().account.administrator}</Mark>
        </Show>
      </p>
      <form novalidate class="flex flex-col gap-3" onSubmit={form.submit}>
        <TextField
          label={t().account.name}
          name="display_name"
          autocomplete="name"
          value={name()}
          onInput={(value) => {
            setSaved(false);
            setName(value);
          }}
          error={form.fields()["display_name"]}
        />
        <Failure error={form.failure()} />
        <div class="flex items-center gap-3">
          <Button type="submit" busy={form.sending()}>
            {t().common.save}
          </Button>
          <Show when={saved()}>
            <span class="text-soft">{t().common.saved}</span>
          </Show>
        </div>
      </form>
    </Section>
  );
}
