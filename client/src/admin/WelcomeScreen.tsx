import { Navigate } from "@solidjs/router";
import { createSignal, Match, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/admin.ts";
import { applyLocale, locale } from "../i18n/i18n.ts";
import { paths } from "../paths.ts";
import { Failure } from "../ui/Failure.tsx";
import { Segments } from "../ui/Segments.tsx";
import { EntryCard } from "../user/EntryCard.tsx";
import { languages } from "../user/languages.ts";
import { RegisterForm } from "../user/RegisterForm.tsx";
import { currentUser, isAdmin, registrationPolicy, sessionState } from "../user/store.ts";
import { FirstSettings } from "./FirstSettings.tsx";

/** The first start of a server: its first account, then what that account decides. */
export function WelcomeScreen(): JSX.Element {
  return (
    <Switch>
      <Match when={isAdmin()}>
        <FirstSettings />
      </Match>
      <Match when={currentUser()}>
        <Navigate href={paths.home} />
      </Match>
      <Match when={sessionState().status !== "loading"}>
        <FirstAccount />
      </Match>
    </Switch>
  );
}

function FirstAccount(): JSX.Element {
  const [first, setFirst] = createSignal<boolean>();
  const [failure, setFailure] = createSignal<unknown>();
  const load = async () => {
    setFailure(undefined);
    try {
      setFirst((await registrationPolicy()).firstAccount);
    } catch (error) {
      setFailure(() => error);
    }
  };
  onMount(() => void load());
  return (
    <Show when={first() !== false} fallback={<Navigate href={paths.login()} />}>
      <EntryCard title={t().admin.welcome.title} lead={t().admin.welcome.lead}>
        <div class="mt-4">
          <Failure error={failure()} action={t().common.retry} onAction={() => void load()} />
        </div>
        <Show
          when={first()}
          fallback={
            <Show when={failure() === undefined}>
              <div class="h-[390px]" aria-busy="true" />
            </Show>
          }
        >
          <Segments
            label={t().admin.welcome.language}
            name="locale"
            value={locale()}
            options={languages}
            onChange={(choice) => void applyLocale(choice).catch(() => {})}
          />
          <RegisterForm invitation={undefined} needsInvitation={false} />
        </Show>
      </EntryCard>
    </Show>
  );
}
