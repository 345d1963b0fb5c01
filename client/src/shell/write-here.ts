import { setDrawerOpen } from "../ui/drawer.ts";

/** Begins a new chat where its place is on the screen already. */
export function writeHere(): void {
  setDrawerOpen(false);
  document.getElementById("composer")?.focus();
}
