import { createSignal, onCleanup } from "solid-js";

/** Closer than this to the end, in CSS pixels, is at the end. */
const NEAR_PX = 24;

/**
 * Keeps a scrolling element at its end while the reader is there. The size is read only when the
 * browser has laid the page out anyway, and a step upwards by the reader ends the following.
 */
export function createFollowEnd() {
  const [following, setFollowing] = createSignal(true);
  let scroller: HTMLElement | undefined;
  let lastTop = 0;

  const toEnd = () => {
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
  };
  const onScroll = () => {
    if (!scroller) return;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    const left = scrollHeight - clientHeight - scrollTop;
    if (scrollTop < lastTop - 1 && left > 1) setFollowing(false);
    else if (left < NEAR_PX) setFollowing(true);
    lastTop = scrollTop;
  };
  return {
    following,
    /** Goes to the end and stays there. */
    follow() {
      setFollowing(true);
      toEnd();
    },
    /** Watches the element that scrolls and the one inside it that grows. */
    watch(outer: HTMLElement, inner: HTMLElement) {
      scroller = outer;
      const observer = new ResizeObserver(() => following() && toEnd());
      observer.observe(outer);
      observer.observe(inner);
      outer.addEventListener("scroll", onScroll, { passive: true });
      onCleanup(() => {
        observer.disconnect();
        outer.removeEventListener("scroll", onScroll);
      });
    },
  };
}
