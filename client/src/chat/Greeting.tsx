import { For, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { format, t } from "../i18n/i18n.ts";
import {
  embeddedEngine,
  findModel,
  models,
  modelsError,
  modelsLoaded,
  RECOMMENDED_MODEL,
} from "../llm/store.ts";
import { paths } from "../paths.ts";
import { Chip, chipClass } from "../ui/Chip.tsx";
import { Icon } from "../ui/Icon.tsx";
import { currentUser, isAdmin } from "../user/store.ts";

const NOON = 12;
const EVENING = 18;
const DAWN = 5;

/** What stands where no conversation is yet: a greeting, what answers here, and how to begin. */
export function Greeting(props: { model: string; onAsk: (text: string) => void }): JSX.Element {
  const model = () => findModel(props.model);
  const none = () => modelsLoaded() && !modelsError() && models().length === 0;
  const prompts = () => (model()?.demonstration ? t().chat.demonstrationPrompts : t().chat.prompts);
  return (
    <div class="grid min-h-0 flex-1 place-content-center justify-items-center overflow-y-auto px-5 py-6 text-center">
      <h2 class="font-serif text-[33px] leading-tight font-medium">{greeting()}</h2>
      <div class="mt-1.5 max-w-[460px] text-[15px] text-balance text-soft">
        <Switch>
          <Match when={none()}>{t().model.none}</Match>
          <Match when={model()?.demonstration ? model() : undefined}>
            {(demo) => (
              <>
                {t().chat.aboutDemonstration(demo().name, size(Number(demo().sizeBytes)))}{" "}
                <Show when={isAdmin()}>
                  {t().chat.suggestDownload(size(RECOMMENDED_MODEL.sizeBytes))}
                </Show>
              </>
            )}
          </Match>
          <Match when={model()}>
            {(known) =>
              `${t().chat.aboutModel(known().name)} ${embeddedEngine() ? t().chat.runsHere : ""}`
            }
          </Match>
        </Switch>
      </div>
      <Show when={model()?.demonstration || none()}>
        <div class="mt-6 text-soft">
          <Show when={isAdmin()} fallback={t().model.askAdmin}>
            <a href={paths.models} class={chipClass}>
              <Icon name="download" />
              {none() ? t().chat.installModel : t().chat.download}
            </a>
          </Show>
        </div>
      </Show>
      <Show when={model()}>
        <div class="mt-6 flex flex-wrap justify-center gap-2 pointer-coarse:gap-4">
          <For each={prompts()}>
            {(prompt) => <Chip onClick={() => props.onAsk(prompt)}>{prompt}</Chip>}
          </For>
        </div>
      </Show>
    </div>
  );
}

/** A size whose number and unit stay on one line. */
function size(bytes: number): string {
  return format().bytes(bytes).replace(" ", "\u00a0");
}

function greeting(): string {
  const hour = new Date().getHours();
  const name = currentUser()?.displayName.trim().split(/\s+/)[0] ?? "";
  const { morning, afternoon, evening } = t().chat.greetings;
  if (hour >= DAWN && hour < NOON) return morning(name);
  return hour >= NOON && hour < EVENING ? afternoon(name) : evening(name);
}
