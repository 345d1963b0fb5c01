import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import {
  type ImportFailure,
  ImportFormat,
  ImportProblem,
  type ImportSummary,
} from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { t } from "../i18n/account.ts";
import { Notice } from "../ui/Notice.tsx";

const problemNames = Object.keys(ImportProblem) as (keyof typeof ImportProblem)[];

/** What became of the conversations of a file, or of a part of it, in words. */
export function ImportResult(props: {
  phase: "done" | "canceled" | "failed";
  summary: ImportSummary | undefined;
  format: ImportFormat | undefined;
}): JSX.Element {
  const count = (name: "createdChats" | "skippedChats" | "failedRecords") =>
    props.summary?.[name] ?? 0;
  const failed = () => count("failedRecords");
  const failures = () => props.summary?.failures ?? [];
  const nothing = () =>
    props.phase === "done" && count("createdChats") + count("skippedChats") + failed() === 0;
  return (
    <div class="flex flex-col gap-2 tabular-nums">
      <Show when={props.phase === "canceled"}>
        <p>{t().transfer.canceled}</p>
      </Show>
      <Show when={nothing()}>
        <p>{t().transfer.nothing}</p>
      </Show>
      <Show when={count("createdChats") > 0}>
        <p>{t().transfer.created(count("createdChats"), props.summary?.createdMessages ?? 0)}</p>
      </Show>
      <Show when={count("skippedChats") > 0}>
        <p class="text-soft">{t().transfer.skipped(count("skippedChats"))}</p>
      </Show>
      <Show when={failed() > 0}>
        <Notice kind="warn" icon="alert">
          {t().transfer.failed(failed())}
        </Notice>
        <ul
          aria-label={t().transfer.failures}
          tabindex="0"
          class="max-h-60 list-disc overflow-y-auto rounded-sm pl-5 text-[13px] break-words text-soft"
        >
          <For each={failures()}>{(failure) => <li>{failureText(failure, props.format)}</li>}</For>
          <Show when={failed() > failures().length}>
            <li>{t().transfer.moreFailures(failed() - failures().length)}</li>
          </Show>
        </ul>
      </Show>
    </div>
  );
}

function failureText(
  { position, title, problem }: ImportFailure,
  format: ImportFormat | undefined,
): string {
  const name = problemNames.find((one) => ImportProblem[one] === problem) ?? "UNSPECIFIED";
  const { failure, failureLine } = t().transfer;
  const words = format === ImportFormat.PROSA ? failureLine : failure;
  return words(Number(position), title, name);
}
