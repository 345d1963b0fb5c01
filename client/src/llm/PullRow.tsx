import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { PullPhase } from "#proto/prosa/llm/v1/model_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { errorText, errorWords, hasReason } from "../errors.ts";
import { t } from "../i18n/models.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { Notice } from "../ui/Notice.tsx";
import { ProgressBar } from "../ui/ProgressBar.tsx";
import { isAdmin } from "../user/store.ts";
import type { PullProgress } from "./pull-progress.ts";
import { cancelPull, forgetPull } from "./store.ts";

/** How far a download is, in words without its name. */
export function pullText(pull: PullProgress): string {
  const texts = t().models;
  if (pull.phase === PullPhase.VERIFYING) return texts.phases.verifying;
  if (pull.totalBytes === 0) return texts.phases.resolving;
  const progress = texts.progress(pull.completedBytes, pull.totalBytes);
  return pull.bytesPerSecond > 0 ? `${progress} · ${texts.speed(pull.bytesPerSecond)}` : progress;
}

/** Why a download failed, with its name. */
function failureText(pull: PullProgress): string {
  const text = errorText(pull.failure);
  return text.includes(pull.model) ? text : `${pull.model} · ${text}`;
}

/** One download: how far it is and the way to stop it, or why it failed and the way to go on. */
export function PullRow(props: { pull: PullProgress; onRetry: () => void }): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  // The same name would be refused again, always.
  const again = () => !hasReason(props.pull.failure, ErrorReason.REGISTRY_NOT_ALLOWED);
  const cancel = async () => {
    setFailure(undefined);
    try {
      await cancelPull(props.pull.model);
    } catch (error) {
      setFailure(() => error);
    }
  };
  return (
    <li>
      <Show
        when={props.pull.failure === undefined}
        fallback={
          <div class="flex items-center gap-1">
            <div class="min-w-0 flex-1">
              <Notice
                kind="bad"
                icon="alert"
                alert
                {...(again() ? { action: t().common.retry } : {})}
                onAction={() => props.onRetry()}
              >
                {failureText(props.pull)}
                <Show when={errorWords(props.pull.failure)}>
                  {(words) => (
                    <span class="block text-[12.5px] break-words text-soft">{words()}</span>
                  )}
                </Show>
              </Notice>
            </div>
            <IconButton
              icon="close"
              label={t().common.close}
              onClick={() => forgetPull(props.pull.model)}
            />
          </div>
        }
      >
        <div class="rounded-note border border-line bg-surface px-4 py-2.5">
          <div class="flex items-center gap-3">
            <div class="min-w-0 flex-1">
              <p class="truncate font-medium">{t().models.installing(props.pull.model)}</p>
              <p class="text-[13px] text-faint tabular-nums">{pullText(props.pull)}</p>
            </div>
            <Show when={isAdmin()}>
              <IconButton
                icon="close"
                label={t().models.cancelPull(props.pull.model)}
                onClick={() => void cancel()}
              />
            </Show>
          </div>
          <ProgressBar
            class="mt-2"
            label={t().models.installing(props.pull.model)}
            value={props.pull.totalBytes ? props.pull.completedBytes / props.pull.totalBytes : 0}
          />
          <Show when={failure()}>
            {(error) => (
              <p role="alert" class="mt-2 text-[13px] text-bad">
                {errorText(error())}
              </p>
            )}
          </Show>
        </div>
      </Show>
    </li>
  );
}
