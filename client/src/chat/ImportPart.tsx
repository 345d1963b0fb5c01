import { createEffect, createSignal, on, Show } from "solid-js";
import type { JSX } from "solid-js";
import { ImportFormat } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { t } from "../i18n/account.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Notice } from "../ui/Notice.tsx";
import { ProgressBar } from "../ui/ProgressBar.tsx";
import { regainFocus } from "../ui/regain-focus.ts";
import { Segments } from "../ui/Segments.tsx";
import { ImportResult } from "./ImportResult.tsx";
import {
  cancelImport,
  chooseFormat,
  chooseImport,
  startImport,
  transferState,
} from "./transfer.ts";

/** The way from a file to its conversations: choose or drop it, say what it is, watch it arrive. */
export function ImportPart(): JSX.Element {
  const it = transferState.import;
  const running = () => it.phase === "running";
  const ended = () => it.phase === "done" || it.phase === "canceled";
  const outcome = () => (it.phase === "idle" || it.phase === "running" ? undefined : it.phase);
  const [over, setOver] = createSignal(false);
  let input!: HTMLInputElement;
  let chooser: HTMLButtonElement | undefined;
  regainFocus(
    () => it.phase,
    () => chooser,
  );
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file && !running()) void chooseImport(file);
  };
  const drop: JSX.EventHandler<HTMLDivElement, DragEvent> = (event) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files);
  };
  createEffect(
    on(
      () => it.phase,
      () =>
        it.summary &&
        ended() &&
        announce(t().transfer.created(it.summary.createdChats, it.summary.createdMessages)),
      { defer: true },
    ),
  );
  return (
    <div
      class={`flex flex-col gap-4 rounded-note outline-offset-8 ${over() ? "outline-2 outline-accent outline-dashed" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p class="text-soft">{t().transfer.importLead}</p>
      <input
        ref={input}
        type="file"
        class="hidden"
        accept=".json,.jsonl,.zip"
        aria-label={t().transfer.choose}
        onChange={() => {
          take(input.files);
          // The same file again is a choice too.
          input.value = "";
        }}
      />
      <Show when={it.file}>
        {(file) => (
          <p class="min-w-0 break-words tabular-nums">
            {t().transfer.file(file().name, file().size)}
          </p>
        )}
      </Show>
      <Show when={it.zip}>
        <Notice kind="warn" icon="alert" alert>
          {t().transfer.zip}
        </Notice>
      </Show>
      <Show when={running() && it.file}>{(file) => <Progress name={file().name} />}</Show>
      <Show when={it.file && !it.zip && !running() && !ended()}>
        <Show when={it.unknown}>
          <Notice kind="warn" icon="alert" alert>
            {t().transfer.unknown}
          </Notice>
        </Show>
        <FormatChoice />
      </Show>
      <Show when={outcome()}>
        {(phase) => <ImportResult phase={phase()} summary={it.summary} format={it.format} />}
      </Show>
      <Failure error={it.phase === "failed" ? it.error : undefined} />
      <div class="flex flex-wrap items-center gap-2">
        <Show when={it.file && !it.zip && !ended()}>
          <Button
            kind="primary"
            busy={running()}
            disabled={it.format === undefined}
            onClick={() => void startImport()}
          >
            {t().transfer.import}
          </Button>
        </Show>
        <Show
          when={running()}
          fallback={
            <>
              <Button ref={chooser} icon="up" onClick={() => input.click()}>
                {it.file ? t().transfer.chooseOther : t().transfer.choose}
              </Button>
              <span class="text-[13px] text-faint pointer-coarse:hidden">{t().transfer.drop}</span>
            </>
          }
        >
          <Button kind="quiet" onClick={cancelImport}>
            {t().common.cancel}
          </Button>
        </Show>
      </div>
    </div>
  );
}

function Progress(props: { name: string }): JSX.Element {
  const it = transferState.import;
  return (
    <div class="flex flex-col gap-2">
      <ProgressBar value={it.share} label={t().transfer.importing(props.name)} />
      <p class="text-[13px] text-faint tabular-nums">
        {t().transfer.importingSoFar(it.summary?.createdChats ?? 0)}
      </p>
    </div>
  );
}

function FormatChoice(): JSX.Element {
  const options = () => [
    { value: ImportFormat.PROSA, label: t().transfer.formats.prosa },
    { value: ImportFormat.CHATGPT, label: t().transfer.formats.chatgpt },
    { value: ImportFormat.OPEN_WEBUI, label: t().transfer.formats.openWebui },
  ];
  return (
    <Segments
      label={t().transfer.format}
      name="import-format"
      value={transferState.import.format}
      options={options()}
      onChange={chooseFormat}
    />
  );
}
