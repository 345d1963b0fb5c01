import { createSignal, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/account.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { accessTokens, loadAccessTokens } from "./access-tokens.ts";
import { AccessTokenList } from "./AccessTokenList.tsx";
import { NewAccessToken } from "./NewAccessToken.tsx";
import { NewTokenDialog } from "./NewTokenDialog.tsx";

/** The keys with which programs work in the user's name. */
export function AccessTokensSection(): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const [creating, setCreating] = createSignal(false);
  const [made, setMade] = createSignal<{ name: string; token: string }>();
  const load = async () => {
    setFailure(undefined);
    try {
      await loadAccessTokens();
    } catch (error) {
      setFailure(() => error);
    }
  };
  onMount(() => void load());
  return (
    <Section title={t().tokens.title}>
      <p class="text-soft">{t().tokens.hint}</p>
      <Show when={made()}>
        {(it) => <NewAccessToken {...it()} onDone={() => setMade(undefined)} />}
      </Show>
      <Failure error={failure()} action={t().common.retry} onAction={() => void load()} />
      <Show
        when={accessTokens()}
        fallback={
          <Show when={failure() === undefined}>
            <Skeleton widths={[60, 45]} />
          </Show>
        }
      >
        {(list) => <AccessTokenList tokens={list()} />}
      </Show>
      <Button icon="plus" class="self-start" onClick={() => setCreating(true)}>
        {t().tokens.create}
      </Button>
      <Show when={creating()}>
        <NewTokenDialog onMade={setMade} onClose={() => setCreating(false)} />
      </Show>
    </Section>
  );
}
