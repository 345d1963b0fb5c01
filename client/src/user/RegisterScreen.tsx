import { Navigate, useSearchParams } from "@solidjs/router";
import { createSignal, Match, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { errorText } from "../errors.ts";
import { t } from "../i18n/entry.ts";
import { paths } from "../paths.ts";
import { Notice } from "../ui/Notice.tsx";
import { EntryCard } from "./EntryCard.tsx";
import { RegisterForm } from "./RegisterForm.tsx";
import { currentUser, registrationPolicy } from "./store.ts";

type Policy = Awaited<ReturnType<typeof registrationPolicy>>;

/** Where an account is made, as far as the server's policy allows it. */
export function RegisterScreen(): JSX.Element {
  const [search] = useSearchParams<{ invite: string }>();
  const [policy, setPolicy] = createSignal<Policy>();
  const [failure, setFailure] = createSignal<unknown>();
  const load = async () => {
    setFailure(undefined);
    try {
      setPolicy(await registrationPolicy());
    } catch (error) {
      setFailure(() => error);
    }
  };
  onMount(() => void load());
  return (
    <Show when={!currentUser()} fallback={<Navigate href={paths.home} />}>
      <EntryCard title={t().register.title} lead={t().register.lead}>
        <Switch fallback={<div class="h-[330px]" aria-busy="true" />}>
          <Match when={failure()}>
            {(error) => (
              <div class="mt-4">
                <Notice
                  kind="bad"
                  icon="alert"
                  alert
                  action={t().common.retry}
                  onAction={() => void load()}
                >
                  {errorText(error())}
                </Notice>
              </div>
            )}
          </Match>
          <Match when={policy()?.firstAccount}>
            <Navigate href={paths.welcome} />
          </Match>
          <Match when={policy()?.policy === RegistrationPolicy.CLOSED}>
            <div class="mt-4">
              <Notice icon="alert">{t().register.closed}</Notice>
            </div>
          </Match>
          <Match when={policy()}>
            {(known) => (
              <RegisterForm
                invitation={search.invite}
                needsInvitation={known().policy === RegistrationPolicy.INVITE}
              />
            )}
          </Match>
        </Switch>
        <p class="mt-4 text-center text-soft">
          {t().register.haveAccount}{" "}
          <a href={paths.login()} class="target font-semibold text-accent hover:underline">
            {t().login.title}
          </a>
        </p>
      </EntryCard>
    </Show>
  );
}
