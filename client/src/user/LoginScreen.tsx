import { Navigate, useNavigate, useSearchParams } from "@solidjs/router";
import { createSignal, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/entry.ts";
import { paths, safeNext } from "../paths.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { createSubmit } from "../ui/submit.ts";
import { TextField } from "../ui/TextField.tsx";
import { EmailField } from "./EmailField.tsx";
import { EntryCard } from "./EntryCard.tsx";
import { missingEmail, missingPassword, PASSWORD_MAX_LENGTH } from "./field-rules.ts";
import { currentUser, login, registrationPolicy, sessionEnded } from "./store.ts";

/** Where people log in; afterwards they are where they wanted to go. */
export function LoginScreen(): JSX.Element {
  const [search] = useSearchParams<{ next: string }>();
  const navigate = useNavigate();
  const [email, setEmail] = createSignal("");
  const [password, setPassword] = createSignal("");
  const form = createSubmit({
    check: () => ({
      email: missingEmail(email()),
      password: missingPassword(password()),
    }),
    send: () => login({ email: email().trim(), password: password() }),
  });
  const leadToFirstAccount = async () => {
    // Nobody can log in where nobody has an account. The form works without an answer to this.
    const policy = await registrationPolicy().catch(() => undefined);
    if (policy?.firstAccount) navigate(paths.welcome, { replace: true });
  };
  onMount(() => void leadToFirstAccount());
  const lead = () => (sessionEnded() ? t().errors.reasons.SIGN_IN_REQUIRED({}) : t().login.lead);
  return (
    <Show when={!currentUser()} fallback={<Navigate href={safeNext(search.next)} />}>
      <EntryCard title={t().login.title} lead={lead()}>
        <form novalidate class="mt-4 flex flex-col gap-3.5" onSubmit={form.submit}>
          <EmailField autofocus value={email()} onInput={setEmail} error={form.fields()["email"]} />
          <TextField
            label={t().login.password}
            name="password"
            type="password"
            autocomplete="current-password"
            maxlength={PASSWORD_MAX_LENGTH}
            value={password()}
            onInput={setPassword}
            error={form.fields()["password"]}
          />
          <Failure error={form.failure()} />
          <Button kind="primary" type="submit" busy={form.sending()} class="mt-1.5">
            {form.sending() ? t().login.sending : t().login.submit}
          </Button>
        </form>
        <p class="mt-4 text-center text-soft">
          {t().login.noAccount}{" "}
          <a href={paths.register()} class="target font-semibold text-accent hover:underline">
            {t().login.register}
          </a>
        </p>
      </EntryCard>
    </Show>
  );
}
