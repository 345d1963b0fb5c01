import { Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/admin.ts";
import {
  defaultModel,
  findModel,
  loadModels,
  modelsError,
  modelsLoaded,
  pulls,
} from "../llm/store.ts";
import { paths } from "../paths.ts";
import { Failure } from "../ui/Failure.tsx";

/** Whether there is a model to talk with, and the way to one where there is none of use. */
export function ModelState(): JSX.Element {
  const texts = () => t().admin.welcome;
  const none = () => defaultModel() === "";
  const useful = () => !none() && !findModel(defaultModel())?.demonstration;
  const coming = () => pulls().find(({ failure }) => failure === undefined);
  const wanting = () => !useful() && !coming();
  const advice = () => {
    const pull = coming();
    if (pull) return texts().coming(pull.model);
    return none() ? texts().chooseFirst : texts().chooseAnother;
  };
  const words = () => {
    if (useful()) return texts().ready(defaultModel());
    const state = none() ? texts().noModel : texts().demonstration(defaultModel());
    return `${state} ${advice()}`;
  };
  return (
    <Switch>
      <Match when={modelsError() !== undefined}>
        <Failure
          error={modelsError()}
          action={t().common.retry}
          onAction={() => void loadModels({ watch: true })}
        />
      </Match>
      <Match when={!modelsLoaded()}>
        <p class="text-soft" aria-busy="true">
          {texts().looking}
        </p>
      </Match>
      <Match when={true}>
        <p class="text-soft">{words()}</p>
        <Show when={wanting()}>
          <p class="mt-2">
            <a href={paths.models} class="target font-semibold text-accent hover:underline">
              {t().model.choose}
            </a>
          </p>
        </Show>
      </Match>
    </Switch>
  );
}
