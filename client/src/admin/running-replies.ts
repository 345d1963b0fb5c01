import { createStore, reconcile } from "solid-js/store";
import type { RunningReply } from "#proto/prosa/admin/v1/running_reply_pb.ts";
import { adminClient } from "./admin-client.ts";

const [state, setState] = createStore<{
  list: RunningReply[] | undefined;
  more: boolean;
  /** When the list was so, in milliseconds. */
  time: number;
  error: unknown;
}>({ list: undefined, more: false, time: 0, error: undefined });

/** The answers under way, oldest first: as many as one page holds. */
export const runningReplies = state;

const PAGE_SIZE = 100;
let loading: Promise<void> | undefined;

/** Asks for the list anew. Never rejects: the outcome is in `runningReplies`. */
export function loadRunningReplies(): Promise<void> {
  loading ??= load().finally(() => (loading = undefined));
  return loading;
}

async function load(): Promise<void> {
  try {
    const { replies, nextPageToken } = await adminClient.listRunningReplies({
      pageSize: PAGE_SIZE,
    });
    setState("list", reconcile(replies, { key: "id" }));
    setState({ more: nextPageToken !== "", time: Date.now(), error: undefined });
  } catch (error) {
    setState({ error });
  }
}

export async function stopRunningReply(id: string): Promise<void> {
  await adminClient.stopRunningReply({ replyId: id });
  setState("list", (list) => list?.filter((reply) => reply.id !== id));
}
