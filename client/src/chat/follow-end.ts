import { createSignal, onCleanup } from "solid-js";

/** Closer than this to the end, in CSS pixels, is at the end. */
const NEAR_PX = 24;

/**
 * Tells whether the reader is at the end of an element that scrolls from its end
 * (`flex-col-reverse`): there the browser itself keeps the end in view while the text grows, which
 * costs nothing, and positions are 0 at the end and negative above it.
 */
export function createFollowEnd() {
  const [following, setFollowing] = createSignal(true);
  let scroller: HTMLElement | undefined;
  return {
    following,
    /** Goes to the end and stays there. */
    follow() {
      setFollowing(true);
      if (scroller) scroller.scrollTop = 0;
    },
    /** Watches the element that scrolls and the one inside it that grows. */
    watch(outer: HTMLElement, inner: HTMLElement) {
      scroller = outer;
      const onScroll = () => setFollowing(outer.scrollTop > -NEAR_PX);
      outer.addEventListener("scroll", onScroll, { passive: true });
      onCleanup(() => outer.removeEventListener("scroll", onScroll));
      if (!CSS.supports("overflow-anchor", "auto")) holdPlace(outer, inner, following);
    },
  };
}

/** Keeps what is read in place while the text below it grows, where the browser does not. */
function holdPlace(outer: HTMLElement, inner: HTMLElement, following: () => boolean): void {
  let height = inner.offsetHeight;
  const observer = new ResizeObserver(() => {
    const grown = inner.offsetHeight - height;
    height += grown;
    if (!following()) outer.scrollTop -= grown;
  });
  observer.observe(inner);
  onCleanup(() => observer.disconnect());
}
