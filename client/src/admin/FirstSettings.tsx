import { onMount } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/admin.ts";
import { loadModels } from "../llm/store.ts";
import { paths } from "../paths.ts";
import { EntryCard } from "../user/EntryCard.tsx";
import { currentUser } from "../user/store.ts";
import { ModelState } from "./ModelState.tsx";
import { RegistrationChoice } from "./RegistrationChoice.tsx";
import { loadSettings } from "./settings.ts";

/** What the first administrator looks at before the first conversation: who may come, and the model. */
export function FirstSettings(): JSX.Element {
  const texts = () => t().admin.welcome;
  onMount(() => {
    void loadSettings();
    void loadModels({ watch: true });
  });
  return (
    <EntryCard
      title={texts().serverTitle}
      lead={texts().serverLead(currentUser()?.displayName ?? "")}
    >
      <section class="mt-5 border-t border-line pt-4">
        <RegistrationChoice />
        <p class="mt-3 text-[13px] text-faint">{texts().later}</p>
      </section>
      <section class="mt-5 border-t border-line pt-4">
        <h2 class="mb-1 text-[13px] text-soft">{t().model.label}</h2>
        <ModelState />
      </section>
      <a
        href={paths.home}
        class="mt-6 flex h-[42px] items-center justify-center rounded-[10px] bg-accent px-4 font-semibold text-accent-ink transition-opacity hover:opacity-90 pointer-coarse:min-h-11"
      >
        {texts().begin}
      </a>
    </EntryCard>
  );
}
