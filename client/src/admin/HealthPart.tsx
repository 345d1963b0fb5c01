import { For, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import type { ServerHealth } from "#proto/prosa/admin/v1/server_health_pb.ts";
import { t } from "../i18n/admin.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Mark } from "../ui/Mark.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { healthRows } from "./health-rows.ts";
import { repeatWhileSeen } from "./repeat-while-seen.ts";
import { loadHealth, serverHealth } from "./server-health.ts";

const POLL_MS = 10_000;

/** How the parts of the server are. */
export function HealthPart(): JSX.Element {
  repeatWhileSeen(() => void loadHealth(), POLL_MS);
  return (
    <>
      <Switch>
        <Match when={serverHealth.health}>{(health) => <Rows health={health()} />}</Match>
        <Match when={serverHealth.error === undefined}>
          <Skeleton widths={[45, 60, 50]} class="py-2" />
        </Match>
      </Switch>
      <Failure
        error={serverHealth.error}
        action={t().common.retry}
        onAction={() => void loadHealth()}
      />
      <Show when={serverHealth.health}>
        <Button kind="quiet" icon="redo" class="self-center" onClick={() => void loadHealth()}>
          {t().admin.health.refresh}
        </Button>
      </Show>
    </>
  );
}

function Rows(props: { health: ServerHealth }): JSX.Element {
  return (
    <ul aria-label={t().admin.health.title} class="rounded-card border border-line bg-surface">
      <For each={healthRows(props.health)}>
        {(row) => (
          <li class="border-line px-4 py-3 not-first:border-t">
            <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span class="font-medium wrap-anywhere">{row.name}</span>
              <Mark tone={row.tone}>{row.state}</Mark>
            </p>
            <Show when={row.facts.length > 0}>
              <p class="mt-0.5 text-[13px] wrap-anywhere text-faint">{row.facts.join(" · ")}</p>
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}
