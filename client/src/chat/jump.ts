import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { showToast } from "../ui/toast.ts";
import { chatStore } from "./store.ts";

/** How long a message that was jumped to stands out, in milliseconds. */
const FOUND_MS = 2_500;

export const anchorOf = (messageId: string) => `message-${messageId}`;

type Target = { place: string; message: string };

/**
 * Goes to a message of the chat on the screen as soon as it can be shown, once for each target; says
 * for a moment which one that is.
 */
export function createJump(target: Accessor<Target | undefined>): Accessor<string | undefined> {
  const store = chatStore();
  const [found, setFound] = createSignal<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const wanted = createMemo(target, undefined, {
    equals: (a, b) => a?.place === b?.place && a?.message === b?.message,
  });

  const go = async ({ place, message }: Target) => {
    const there = await store.reveal(place, message);
    if (wanted()?.message !== message) return;
    if (!there) {
      showToast({ text: t().chat.messageGone });
      return;
    }
    // The place at the end is taken when the chat is opened; after that this one counts.
    requestAnimationFrame(() => {
      const element = document.getElementById(anchorOf(message));
      if (!element) return;
      const tall = element.offsetHeight > innerHeight / 2;
      element.scrollIntoView({ block: tall ? "start" : "center" });
      element.focus({ preventScroll: true });
      setFound(message);
      clearTimeout(timer);
      timer = setTimeout(() => setFound(undefined), FOUND_MS);
    });
  };
  createEffect(on(wanted, (one) => one && void go(one)));
  return found;
}
