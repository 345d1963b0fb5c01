import { createSignal, For, Match, onCleanup, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { errorText, hasReason } from "../errors.ts";
import { t } from "../i18n/models.ts";
import { format } from "../i18n/i18n.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { ScreenHeader } from "../ui/ScreenHeader.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { isAdmin } from "../user/store.ts";
import { AddModel } from "./AddModel.tsx";
import { DeleteModelDialog } from "./DeleteModelDialog.tsx";
import { ModelRow } from "./ModelRow.tsx";
import { PullRow } from "./PullRow.tsx";
import {
  embeddedEngine,
  findPull,
  installModel,
  loadModels,
  models,
  modelsError,
  modelsLoaded,
  pulls,
  RECOMMENDED_MODEL,
} from "./store.ts";

// Who may not watch a download asks how far it is, this often in milliseconds.
const POLL_MS = 4_000;

/** The models of the server; administrators install and delete them here. */
export function ModelsScreen(): JSX.Element {
  const [doomed, setDoomed] = createSignal<string>();
  const load = () => void loadModels({ watch: isAdmin() });
  onMount(() => {
    load();
    const timer = setInterval(() => {
      if (!isAdmin() && pulls().length > 0 && !document.hidden) load();
    }, POLL_MS);
    onCleanup(() => clearInterval(timer));
  });
  const where = () => {
    if (!modelsLoaded() || modelsError()) return "";
    return embeddedEngine() ? t().models.embedded : t().models.ollama;
  };
  const install = async (name: string) => {
    if (await installModel(name)) announce(t().models.ready(name));
  };
  return (
    <>
      <ScreenHeader title={t().shell.models} />
      <div class="flex-1 overflow-y-auto px-3.5 pb-12">
        <div class="mx-auto flex max-w-[720px] flex-col gap-6 pt-2">
          <p class="text-soft">
            {t().models.lead} {where()}
          </p>
          <Recommendation onInstall={() => void install(RECOMMENDED_MODEL.name)} />
          <Show when={pulls().length > 0}>
            <ul class="flex flex-col gap-2">
              <For each={pulls()}>
                {(pull) => <PullRow pull={pull} onRetry={() => void install(pull.model)} />}
              </For>
            </ul>
          </Show>
          <section aria-labelledby="installed">
            <h2 id="installed" class="mb-2 text-[13px] text-faint">
              {t().models.installed}
            </h2>
            <Switch>
              <Match when={modelsError()}>
                {(error) => (
                  <Notice kind="bad" icon="alert" alert action={t().common.retry} onAction={load}>
                    {listFailure(error())}
                  </Notice>
                )}
              </Match>
              <Match when={!modelsLoaded()}>
                <Skeleton widths={[45, 60]} class="py-2" />
              </Match>
              <Match when={models().length === 0}>
                <p class="text-soft">{t().model.none}</p>
              </Match>
              <Match when={true}>
                <ul class="rounded-card border border-line bg-surface">
                  <For each={models()}>
                    {(model) => <ModelRow model={model} onDelete={() => setDoomed(model.name)} />}
                  </For>
                </ul>
              </Match>
            </Switch>
          </section>
          <Show when={isAdmin()} fallback={<p class="text-soft">{t().model.askAdmin}</p>}>
            <AddModel onInstall={(name) => void install(name)} />
          </Show>
        </div>
      </div>
      <DeleteModelDialog model={doomed()} onClose={() => setDoomed(undefined)} />
    </>
  );
}

/** Why there is no list: where no model was asked, none can have failed to answer. */
function listFailure(error: unknown): string {
  const silent = hasReason(error, ErrorReason.MODEL_UNAVAILABLE);
  return silent ? t().models.unavailable : errorText(error);
}

function Recommendation(props: { onInstall: () => void }): JSX.Element {
  const known = () => modelsLoaded() && !modelsError();
  const useful = () => models().some((model) => !model.demonstration);
  const installing = () => {
    const pull = findPull(RECOMMENDED_MODEL.name);
    return pull !== undefined && pull.failure === undefined;
  };
  const words = () => {
    const [demonstration] = models();
    return demonstration ? t().models.demonstration(demonstration.name) : t().models.begin;
  };
  return (
    <Show when={known() && !useful()}>
      <section class="rounded-card border border-line bg-surface p-5">
        <p class="font-serif text-[16.5px] leading-[1.6]">{words()}</p>
        <Show when={isAdmin() && !installing()}>
          <Button kind="primary" icon="download" class="mt-4" onClick={() => props.onInstall()}>
            {t().models.recommend(format().bytes(RECOMMENDED_MODEL.sizeBytes))}
          </Button>
        </Show>
      </section>
    </Show>
  );
}
