import { createFrameBatch } from "../markdown/frame-batch.ts";

/** Whether somebody looks at this tab, and the moments at which a lost stream is worth another try. */
export interface Page {
  visible(): boolean;
  /** Calls back when the tab is hidden; returns the way to stop that. */
  onHide(listener: () => void): () => void;
  /** Calls back when the tab is shown, comes out of the page cache, or is online again. */
  onResume(listener: () => void): () => void;
  /** Calls back when the page is left: closed, loaded anew, or put into the page cache. */
  onLeave(listener: () => void): () => void;
  /** Joins many calls of the returned function into one of `apply` in one of the next frames. */
  batch(apply: () => void): () => void;
}

export const browserPage: Page = {
  visible: () => document.visibilityState === "visible",
  onHide(listener) {
    const changed = () => document.visibilityState === "hidden" && listener();
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  },
  onResume(listener) {
    const resumed = () => document.visibilityState === "visible" && listener();
    const shown = (event: PageTransitionEvent) => event.persisted && listener();
    document.addEventListener("visibilitychange", resumed);
    window.addEventListener("pageshow", shown);
    window.addEventListener("online", resumed);
    return () => {
      document.removeEventListener("visibilitychange", resumed);
      window.removeEventListener("pageshow", shown);
      window.removeEventListener("online", resumed);
    };
  },
  onLeave(listener) {
    window.addEventListener("pagehide", listener);
    return () => window.removeEventListener("pagehide", listener);
  },
  batch: createFrameBatch,
};
