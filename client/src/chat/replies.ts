import type { Chat } from "#proto/prosa/chat/v1/chat_pb.ts";
import { createReplySink } from "./reply-sink.ts";
import { type FollowEnd, followReply, type ReplySource } from "./reply-stream.ts";
import { type ChatContext, isRunning } from "./state.ts";
import { currentPath, treeOf } from "./tree.ts";

export interface Replies {
  /** Takes over a stream that is open already, when its chat is on the screen; else closes it. */
  adopt(id: string, source: ReplySource): void;
  /** Follows the running reply of the chat on the screen, and gives back any other stream. */
  attachCurrent(): void;
  /** Whether a stream writes this reply's text at the moment. */
  isFollowed(id: string): boolean;
  dispose(): void;
}

interface Following {
  id: string;
  /** Whether a stream is open; without a place for one the reply is asked for now and then. */
  streaming(): boolean;
  stop(): void;
}

/**
 * Follows replies with at most one stream for each tab, none in a hidden one: a browser has only
 * six connections for all the tabs of an origin. The stream of a finished reply may wait beside it
 * for the chat's title, and replies in other chats are looked at for a moment now and then.
 */
export function createReplies(
  context: ChatContext,
  putChat: (chat: Chat) => void,
  reload: (chatId: string) => Promise<void>,
): Replies {
  const { state, deps } = context;
  let attached: Following | undefined;
  let untitled: Following | undefined;
  let hiding: ReturnType<typeof setTimeout> | undefined;
  const peeks = createPeeks(context, (id) => follow(id, () => {}));

  function follow(id: string, onFinished: () => void, first?: ReplySource): Following {
    const controller = new AbortController();
    const chatId = state.messages[id]?.chatId ?? "";
    let sink: ReturnType<typeof createReplySink> | undefined;
    const finished = () => {
      markUnread(context, id);
      onFinished();
    };
    const run = async (): Promise<FollowEnd> => {
      const slot = await waitForSlot(context, id, controller.signal, () => reload(chatId));
      if (!slot.first) first?.close();
      if (!slot.release) {
        if (!controller.signal.aborted) finished();
        return controller.signal.aborted ? "aborted" : "finished";
      }
      sink = createReplySink(context, id, putChat);
      const source = slot.first ? first : undefined;
      const running = followReply(
        sink,
        { ...deps, onFinished: finished },
        controller.signal,
        source,
      );
      return running.finally(slot.release);
    };
    const following = {
      id,
      streaming: () => sink !== undefined,
      stop() {
        controller.abort();
        sink?.flush();
      },
    };
    void run().then((end) => {
      if (untitled === following) untitled = undefined;
      if (attached === following) attached = undefined;
      if (end === "gone") void reload(chatId);
      else if (!isRunning(state.messages[id])) awaitTitle(chatId);
    });
    return following;
  }
  /** Asks once more for a title that came when no stream was there to bring it. */
  function awaitTitle(chatId: string): void {
    if (state.chats[chatId]?.title) return;
    setTimeout(() => !state.chats[chatId]?.title && void reload(chatId), deps.timing.title);
  }
  function release(): void {
    attached?.stop();
    attached = undefined;
  }
  function attach(id: string, first?: ReplySource): void {
    release();
    peeks.stop();
    const following = follow(
      id,
      () => {
        if (attached !== following) return;
        untitled?.stop();
        untitled = following;
        attached = undefined;
        attachCurrent();
      },
      first,
    );
    attached = following;
  }
  function attachCurrent(): void {
    if (!deps.page.visible()) return;
    const running = runningReply(context);
    if (!running) release();
    else if (attached?.id !== running) attach(running);
    peeks.start();
  }

  const stopHide = deps.page.onHide(() => {
    clearTimeout(hiding);
    hiding = setTimeout(() => !deps.page.visible() && releaseAll(), deps.timing.hide);
  });
  function releaseAll(): void {
    release();
    untitled?.stop();
    untitled = undefined;
    peeks.stop();
  }
  return {
    adopt(id, source) {
      if (deps.page.visible() && runningReply(context) === id) attach(id, source);
      else source.close();
      attachCurrent();
    },
    attachCurrent,
    isFollowed: (id) => (attached?.id === id && attached.streaming()) || peeks.isOpen(id),
    dispose() {
      stopHide();
      clearTimeout(hiding);
      releaseAll();
    },
  };
}

interface Slot {
  /** Gives the place back; undefined when none was needed any more. */
  release?: () => void;
  /** Whether it was there at once, so that a stream that is open already may stay. */
  first: boolean;
}

/** Waits for a place for a stream, and meanwhile asks for the text by calls. */
async function waitForSlot(
  { state, deps }: ChatContext,
  id: string,
  signal: AbortSignal,
  reload: () => Promise<void>,
): Promise<Slot> {
  for (let tries = 0; ; tries += 1) {
    const release = await deps.takeSlot();
    if (signal.aborted) {
      release?.();
      return { first: false };
    }
    if (release) return { release, first: tries === 0 };
    await reload();
    if (!isRunning(state.messages[id])) return { first: false };
    await new Promise((resolve) => setTimeout(resolve, deps.timing.poll));
    if (signal.aborted) return { first: false };
  }
}

/** Looks at the running replies of other chats in turn, a moment each. */
function createPeeks(context: ChatContext, follow: (id: string) => Following) {
  const { peekEvery, peekFor } = context.deps.timing;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let open: Following | undefined;
  let turn = 0;

  const close = () => {
    open?.stop();
    open = undefined;
    timer = undefined;
  };
  const start = () => {
    if (timer !== undefined || runningElsewhere(context).length === 0) return;
    timer = setTimeout(peek, peekEvery);
  };
  const peek = () => {
    const running = runningElsewhere(context);
    const id = running[turn++ % running.length];
    timer = undefined;
    if (!id || !context.deps.page.visible()) return;
    open = follow(id);
    timer = setTimeout(() => {
      close();
      start();
    }, peekFor);
  };
  return {
    start,
    stop() {
      clearTimeout(timer);
      close();
    },
    isOpen: (id: string) => open?.id === id && open.streaming(),
  };
}

function runningReply({ state }: ChatContext): string | undefined {
  const conversation = state.conversations[state.current];
  const path = currentPath(treeOf(conversation, state.messages));
  return path.findLast((id) => isRunning(state.messages[id]));
}

function runningElsewhere({ state }: ChatContext): string[] {
  return Object.values(state.messages)
    .filter((message) => message.chatId !== state.current && isRunning(message))
    .map((message) => message.id);
}

function markUnread({ state, setState }: ChatContext, id: string): void {
  const chatId = state.messages[id]?.chatId;
  if (chatId && chatId !== state.current) setState("unread", chatId, true);
}
