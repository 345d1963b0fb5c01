import { timestampMs } from "@bufbuild/protobuf/wkt";
import { createSignal, For, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import {
  ReplyProgress,
  ReplyPurpose,
  type RunningReply,
} from "#proto/prosa/admin/v1/running_reply_pb.ts";
import { t } from "../i18n/admin.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { nameIn } from "./name-in.ts";
import { repeatWhileSeen } from "./repeat-while-seen.ts";
import { loadRunningReplies, runningReplies, stopRunningReply } from "./running-replies.ts";

const POLL_MS = 2_000;

const nameOf = (reply: RunningReply) => reply.userName || t().admin.replies.somebody;

/** What the models are writing and who waits, as it is at every moment. */
export function RepliesPart(): JSX.Element {
  const [doomed, setDoomed] = createSignal<RunningReply>();
  const texts = () => t().admin.replies;
  repeatWhileSeen(() => void loadRunningReplies(), POLL_MS);
  const stop = async ({ id }: RunningReply) => {
    await stopRunningReply(id);
    announce(texts().stopped);
  };
  return (
    <>
      <p class="text-soft">{texts().lead}</p>
      <Switch>
        <Match when={runningReplies.list}>
          {(list) => (
            <Show when={list().length > 0} fallback={<p class="text-faint">{texts().none}</p>}>
              <ul aria-label={texts().title} class="rounded-card border border-line bg-surface">
                <For each={list()}>{(reply) => <Row reply={reply} onStop={setDoomed} />}</For>
              </ul>
            </Show>
          )}
        </Match>
        <Match when={runningReplies.error === undefined}>
          <Skeleton widths={[45, 60]} class="py-2" />
        </Match>
      </Switch>
      <Show when={runningReplies.more}>
        <p class="text-faint">{texts().more}</p>
      </Show>
      <Failure
        error={runningReplies.error}
        action={t().common.retry}
        onAction={() => void loadRunningReplies()}
      />
      <Show when={doomed()}>
        {(reply) => (
          <ConfirmDialog
            title={texts().stopTitle(nameOf(reply()))}
            hint={texts().stopHints[nameIn(ReplyPurpose, reply().purpose)]}
            action={texts().stop}
            danger
            onConfirm={() => stop(reply())}
            onClose={() => setDoomed(undefined)}
          />
        )}
      </Show>
    </>
  );
}

function Row(props: { reply: RunningReply; onStop: (reply: RunningReply) => void }): JSX.Element {
  const texts = () => t().admin.replies;
  const progress = () => {
    const { progress: at, position, tokens } = props.reply;
    if (at === ReplyProgress.QUEUED) return texts().queued(position);
    return at === ReplyProgress.LOADING ? texts().loading : texts().streaming(tokens);
  };
  const since = () => {
    const { startTime } = props.reply;
    // The clocks of server and browser may differ a little.
    const ms = startTime ? Math.max(0, runningReplies.time - timestampMs(startTime)) : 0;
    return texts().since(ms / 1000);
  };
  const facts = () => {
    const purpose = texts().purposes[nameIn(ReplyPurpose, props.reply.purpose)];
    return [props.reply.model, purpose, since()].join(" · ");
  };
  return (
    <li class="flex items-center gap-3 border-line px-4 py-3 not-first:border-t">
      <div class="min-w-0 flex-1">
        <p class="break-words">
          <span class="font-medium">{nameOf(props.reply)}</span>
          <span class="text-soft tabular-nums"> · {progress()}</span>
        </p>
        <p class="mt-0.5 text-[13px] break-words text-faint tabular-nums">{facts()}</p>
      </div>
      <Button
        kind="quiet"
        icon="stop"
        aria-label={texts().stopOf(nameOf(props.reply), props.reply.model)}
        onClick={() => props.onStop(props.reply)}
      >
        {texts().stop}
      </Button>
    </li>
  );
}
