import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { errorText, fieldErrors, hasReason } from "../errors.ts";
import { t } from "../i18n/entry.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { createSubmit } from "../ui/submit.ts";
import type { FieldErrors } from "../ui/submit.ts";
import { TextField } from "../ui/TextField.tsx";
import { EmailField } from "./EmailField.tsx";
import { emailError, nameError, newPasswordError, newPasswordHint } from "./field-rules.ts";
import { register } from "./store.ts";

// A longer code is none; the proto would refuse it.
const INVITATION_MAX_LENGTH = 64;

function refusedFields(error: unknown): FieldErrors {
  if (hasReason(error, ErrorReason.EMAIL_TAKEN)) return { email: errorText(error) };
  if (hasReason(error, ErrorReason.INVITATION_REQUIRED)) return { invitation: errorText(error) };
  return fieldErrors(error);
}

/** The fields of a new account; with a field for the code when the server asks for an invitation. */
export function RegisterForm(props: {
  invitation: string | undefined;
  needsInvitation: boolean;
}): JSX.Element {
  const [name, setName] = createSignal("");
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  // The address is only where the code starts from; what is typed afterwards stays.
  // oxlint-disable-next-line solid/reactivity
  const [invitation, setInvitation] = createSignal(props.invitation ?? "");
  const form = createSubmit({
    check: () => ({
      display_name: nameError(name()),
      email: emailError(email()),
      password: newPasswordError(password()),
      invitation:
        props.needsInvitation && !invitation().trim() ? t().register.invitationMissing : undefined,
    }),
    send: () =>
      register({
        displayName: name().trim(),
        email: email().trim(),
        password: password(),
        invitation: invitation().trim(),
      }),
    fieldsOf: refusedFields,
  });
  return (
    <form novalidate class="mt-4 flex flex-col gap-3.5" onSubmit={form.submit}>
      <TextField
        label={t().register.name}
        name="display_name"
        autocomplete="name"
        placeholder={t().register.namePlaceholder}
        autofocus
        value={name()}
        onInput={setName}
        error={form.fields()["display_name"]}
      />
      <EmailField value={email()} onInput={setEmail} error={form.fields()["email"]} />
      <TextField
        label={t().login.password}
        name="password"
        type="password"
        autocomplete="new-password"
        hint={newPasswordHint()}
        value={password()}
        onInput={setPassword}
        error={form.fields()["password"]}
      />
      <Show when={props.needsInvitation}>
        <TextField
          label={t().register.invitation}
          name="invitation"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          maxlength={INVITATION_MAX_LENGTH}
          hint={t().register.invitationHint}
          value={invitation()}
          onInput={setInvitation}
          error={form.fields()["invitation"]}
        />
      </Show>
      <Failure error={form.failure()} />
      <Button kind="primary" type="submit" busy={form.sending()} class="mt-1.5">
        {form.sending() ? t().register.sending : t().register.submit}
      </Button>
    </form>
  );
}
