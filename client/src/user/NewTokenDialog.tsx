import { createSignal } from "solid-js";
import type { JSX } from "solid-js";
import { Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { fieldErrors } from "../errors.ts";
import { t } from "../i18n/account.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Segments } from "../ui/Segments.tsx";
import { createSubmit } from "../ui/submit.ts";
import { TextField } from "../ui/TextField.tsx";
import { createAccessToken } from "./access-tokens.ts";
import { NAME_MAX_LENGTH, nameError } from "./field-rules.ts";

/** The lifetimes to choose from, in days; 0 means no end. */
const LIFETIMES = [30, 90, 365, 0];

/** Asks what a new access token is called, may do, and for how long. */
export function NewTokenDialog(props: {
  onMade: (made: { name: string; token: string }) => void;
  onClose: () => void;
}): JSX.Element {
  const [name, setName] = createSignal("");
  const [scope, setScope] = createSignal<Scope>(Scope.READ);
  const [days, setDays] = createSignal(90);
  const form = createSubmit({
    check: () => ({ name: nameError(name()) }),
    send: async () => {
      const wanted = name().trim();
      const lifetime = days() === 0 ? undefined : days();
      const token = await createAccessToken({ name: wanted, scope: scope(), days: lifetime });
      props.onClose();
      props.onMade({ name: wanted, token });
    },
    fieldsOf: fieldErrors,
  });
  return (
    <Dialog open onClose={() => props.onClose()} title={t().tokens.create}>
      <form novalidate class="mt-3 flex flex-col gap-4" onSubmit={form.submit}>
        <TextField
          autofocus
          label={t().tokens.name}
          name="name"
          autocomplete="off"
          maxlength={NAME_MAX_LENGTH}
          placeholder={t().tokens.namePlaceholder}
          value={name()}
          onInput={setName}
          error={form.fields()["name"]}
        />
        <Segments
          label={t().tokens.scope}
          name="scope"
          value={scope()}
          options={[
            { value: Scope.READ, label: t().tokens.scopes.read },
            { value: Scope.WRITE, label: t().tokens.scopes.write },
          ]}
          onChange={setScope}
        />
        <Segments
          label={t().tokens.lifetime}
          name="lifetime"
          value={days()}
          options={LIFETIMES.map((value) => ({
            value,
            label: value === 0 ? t().tokens.noEnd : t().tokens.days(value),
          }))}
          onChange={setDays}
        />
        <Failure error={form.failure()} />
        <div class="mt-1 flex justify-end gap-2">
          <Button kind="quiet" onClick={() => props.onClose()}>
            {t().common.cancel}
          </Button>
          <Button type="submit" busy={form.sending()}>
            {t().tokens.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
