import { durationMs } from "@bufbuild/protobuf/wkt";
import { For, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import type { ServerHealth } from "#proto/prosa/admin/v1/server_health_pb.ts";
import { t } from "../i18n/admin.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Mark, type MarkTone } from "../ui/Mark.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { repeatWhileSeen } from "./repeat-while-seen.ts";
import { loadHealth, serverHealth } from "./server-health.ts";

const POLL_MS = 10_000;

type Row = { name: string; state: string; tone: MarkTone; facts: string[] };

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

function rowsOf(health: ServerHealth): Row[] {
  const texts = t().admin.health;
  const { database, modelHost, disk, uptime, version } = health;
  const answer = (up = false) =>
    up ? { state: texts.up, tone: "accent" as const } : { state: texts.down, tone: "bad" as const };
  const described = database?.embedded ? texts.embeddedDatabase : texts.ownDatabase;
  const hosted = modelHost?.embeddedEngine ? texts.engine : texts.ollama;
  return [
    {
      name: texts.database,
      ...answer(database?.up),
      facts: database?.up
        ? [described(database.version), texts.size(Number(database.sizeBytes))]
        : [],
    },
    {
      name: t().shell.models,
      ...answer(modelHost?.up),
      facts: modelHost?.version ? [hosted(modelHost.version)] : [],
    },
    disk === undefined
      ? { name: texts.disk, state: texts.unknown, tone: "warn", facts: [] }
      : {
          name: texts.disk,
          state: disk.low ? texts.low : texts.roomy,
          tone: disk.low ? "warn" : "accent",
          facts: [texts.free(Number(disk.freeBytes), Number(disk.totalBytes))],
        },
    {
      name: texts.process,
      state: texts.up,
      tone: "accent",
      facts: [texts.version(version), ...(uptime ? [texts.uptime(durationMs(uptime) / 1000)] : [])],
    },
  ];
}

function Rows(props: { health: ServerHealth }): JSX.Element {
  return (
    <ul aria-label={t().admin.health.title} class="rounded-card border border-line bg-surface">
      <For each={rowsOf(props.health)}>
        {(row) => (
          <li class="border-line px-4 py-3 not-first:border-t">
            <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
              <span class="font-medium">{row.name}</span>
              <Mark tone={row.tone}>{row.state}</Mark>
            </p>
            <Show when={row.facts.length > 0}>
              <p class="mt-0.5 text-[13px] break-words text-faint">{row.facts.join(" · ")}</p>
            </Show>
          </li>
        )}
      </For>
    </ul>
  );
}
