import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/api-page.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { Segments } from "../ui/Segments.tsx";
import { TextField } from "../ui/TextField.tsx";
import { TOKEN_VARIABLE } from "./command-lines.ts";
import { makeToken, setToken, token } from "./store.ts";

/** Where the access token for the lines to copy comes from: pasted, or made here. */
export function TokenSection(): JSX.Element {
  const [scope, setScope] = createSignal<"read" | "write">("read");
  const [made, setMade] = createSignal<{ until: Date | undefined }>();
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  const make = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      setMade({ until: await makeToken(t().api.tokenName, scope() === "write") });
    } catch (error) {
      setFailure(() => error);
    } finally {
      setBusy(false);
    }
  };
  const hint = () => {
    const known = made();
    if (known) return t().api.tokenMade(known.until);
    return token() ? undefined : t().api.tokenMissing(TOKEN_VARIABLE);
  };
  return (
    <Section title={t().api.token}>
      <p class="text-soft">{t().api.tokenLead}</p>
      <TextField
        label={t().api.token}
        type="password"
        autocomplete="off"
        spellcheck={false}
        placeholder="prosa_…"
        value={token()}
        hint={hint()}
        onInput={(value) => {
          setMade(undefined);
          setToken(value);
        }}
      />
      <div class="flex flex-wrap items-end justify-between gap-3">
        <Segments
          label={t().api.scope}
          name="scope"
          value={scope()}
          options={[
            { value: "read", label: t().api.scopes.read },
            { value: "write", label: t().api.scopes.write },
          ]}
          onChange={setScope}
        />
        <Button busy={busy()} onClick={() => void make()}>
          {t().api.makeToken}
        </Button>
      </div>
      <Show when={failure() !== undefined}>
        <Failure error={failure()} />
      </Show>
    </Section>
  );
}
