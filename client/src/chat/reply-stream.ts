import { Code, ConnectError } from "@connectrpc/connect";
import type { SendMessageResponse } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { MIN_PAINT_GAP_MS } from "../markdown/frame-batch.ts";
import type { Page } from "./page.ts";
import type { Timing } from "./state.ts";

/** How far apart the server sends deltas: what comes closer would be painted together anyway. */
export const PAINT_INTERVAL = { seconds: 0n, nanos: MIN_PAINT_GAP_MS * 1_000_000 };

export type ReplyEvent = SendMessageResponse["event"];

/** One open stream of a reply. */
export interface ReplySource {
  events: AsyncIterator<{ event: ReplyEvent }>;
  close(): void;
}

/** Where a reply's events go. */
export interface ReplySink {
  /** Takes one event: "gap" when a delta does not follow what is there, "lost" for a false end. */
  take(event: ReplyEvent): "taken" | "gap" | "lost" | "finished";
  /** Opens the rest of the reply after what is there. */
  open(): ReplySource;
  /** Forgets what is there, since the server has something else. */
  reset(): void;
  setLost(lost: boolean): void;
  /** Whether the server answers at all: a model may be silent for long without any loss. */
  reachable(): Promise<boolean>;
}

/** How following ended: the reply is finished, does not exist any more, or nobody wants it now. */
export type FollowEnd = "finished" | "gone" | "aborted";

type EndKind = "finished" | "lost" | "quiet" | "gap" | "reset" | "gone";

/**
 * Follows one reply to its end through any number of streams. `onFinished` comes with the reply's
 * end; the promise later, when the stream closes, since a title may still arrive.
 */
export async function followReply(
  sink: ReplySink,
  deps: { page: Page; timing: Timing; onFinished(): void },
  signal: AbortSignal,
  first?: ReplySource,
): Promise<FollowEnd> {
  const loss = lossTeller(sink, deps.timing.tellLoss);
  const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  let failures = 0;
  let source = first;
  try {
    while (!signal.aborted) {
      const end = await consume(source ?? sink.open(), sink, deps, signal, loss.end);
      source = undefined;
      if (signal.aborted) break;
      if (end.kind === "finished" || end.kind === "gone") return end.kind;
      failures = end.heard ? 1 : failures + 1;
      if (end.kind === "reset") sink.reset();
      if (end.kind === "lost") loss.begin();
      if (end.kind !== "quiet") await pause(deps, failures, aborted);
      while (!signal.aborted && (end.kind === "lost" || end.kind === "quiet")) {
        if (await sink.reachable()) break;
        loss.begin();
        failures += 1;
        await pause(deps, failures, aborted);
      }
      loss.end();
    }
    return "aborted";
  } finally {
    loss.end();
  }
}

async function consume(
  source: ReplySource,
  sink: ReplySink,
  deps: { page: Page; timing: Timing; onFinished(): void },
  signal: AbortSignal,
  heardOne: () => void,
): Promise<{ kind: EndKind; heard: boolean }> {
  let kind: EndKind = "lost";
  let heard = false;
  const quiet = () => {
    if (kind === "lost") kind = "quiet";
    source.close();
  };
  const silence = watchSilence(deps.timing.stall, quiet);
  const stopResume = deps.page.onResume(() => kind === "lost" && quiet());
  signal.addEventListener("abort", source.close);
  try {
    for (;;) {
      const next = await source.events.next();
      if (next.done || signal.aborted) break;
      silence.heard();
      heard = true;
      heardOne();
      const taken = sink.take(next.value.event);
      if (taken === "gap" || taken === "lost") {
        kind = taken;
        heard = taken === "gap";
        break;
      }
      if (taken === "finished") {
        kind = "finished";
        deps.onFinished();
      }
    }
  } catch (error) {
    if (kind === "lost") kind = kindOfError(error);
  } finally {
    silence.end();
    stopResume();
    signal.removeEventListener("abort", source.close);
    source.close();
  }
  return { kind, heard };
}

/** Only answers of the server itself end the trying; any other error, whatever its text, is a loss. */
function kindOfError(error: unknown): EndKind {
  const code = error instanceof ConnectError ? error.code : undefined;
  if (code === Code.OutOfRange) return "reset";
  if (code === Code.NotFound || code === Code.Unauthenticated) return "gone";
  return "lost";
}

/** Calls back after `limit` milliseconds without `heard`; a timer for each event would cost more. */
function watchSilence(limit: number, silent: () => void) {
  let heardAt = performance.now();
  let timer: ReturnType<typeof setTimeout>;
  const wait = (rest: number) => {
    timer = setTimeout(() => {
      const left = heardAt + limit - performance.now();
      if (left > 0) wait(left);
      else silent();
    }, rest);
  };
  wait(limit);
  return {
    heard() {
      heardAt = performance.now();
    },
    end: () => clearTimeout(timer),
  };
}

function lossTeller(sink: ReplySink, afterMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = false;
  return {
    begin() {
      if (told) return;
      timer ??= setTimeout(() => {
        told = true;
        sink.setLost(true);
      }, afterMs);
    },
    end() {
      clearTimeout(timer);
      timer = undefined;
      if (told) sink.setLost(false);
      told = false;
    },
  };
}

async function pause(
  deps: { page: Page; timing: Timing },
  failures: number,
  aborted: Promise<void>,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deps.timing.backoff(failures));
    stop = deps.page.onResume(resolve);
  });
  await Promise.race([waited, aborted]);
  clearTimeout(timer);
  stop();
}
