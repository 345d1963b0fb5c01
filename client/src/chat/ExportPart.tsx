import { createEffect, Match, on, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/account.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { regainFocus } from "../ui/regain-focus.ts";
import { cancelExport, startExport, transferState } from "./transfer.ts";

/** The way to save all conversations, and how far that is. */
export function ExportPart(): JSX.Element {
  const it = transferState.export;
  let button: HTMLButtonElement | undefined;
  regainFocus(
    () => it.phase,
    () => button,
  );
  createEffect(
    on(
      () => it.phase,
      (phase) => phase === "done" && announce(t().transfer.exported(it.chats)),
      { defer: true },
    ),
  );
  return (
    <>
      <p class="text-soft">{t().transfer.exportLead}</p>
      <Switch>
        <Match when={it.phase === "running"}>
          <p class="text-soft tabular-nums">{t().transfer.exporting(it.chats)}</p>
        </Match>
        <Match when={it.phase === "done"}>
          <p class="tabular-nums">{t().transfer.exported(it.chats)}</p>
        </Match>
      </Switch>
      <Failure error={it.phase === "failed" ? it.error : undefined} />
      <div class="flex flex-wrap gap-2">
        <Button
          ref={button}
          icon="download"
          busy={it.phase === "running"}
          onClick={() => void startExport()}
        >
          {t().transfer.export}
        </Button>
        <Show when={it.phase === "running"}>
          <Button kind="quiet" onClick={cancelExport}>
            {t().common.cancel}
          </Button>
        </Show>
      </div>
    </>
  );
}
