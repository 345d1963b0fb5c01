import { createSignal } from "solid-js";

const [announcement, setAnnouncement] = createSignal({ text: "" });

/** Has a screen reader say this text once, when it has finished what it says now. */
export function announce(text: string): void {
  setAnnouncement({ text });
}

/** What the live region of the page holds now; a new object for each announcement. */
export { announcement };
