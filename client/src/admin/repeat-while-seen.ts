import { onCleanup, onMount } from "solid-js";

/** Runs `task` at once, and again every `interval` milliseconds while the page is looked at. */
export function repeatWhileSeen(task: () => void, interval: number): void {
  onMount(() => {
    task();
    const timer = setInterval(() => {
      if (!document.hidden) task();
    }, interval);
    onCleanup(() => clearInterval(timer));
  });
}
