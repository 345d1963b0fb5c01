import { paths } from "../paths.ts";
import { setDrawerOpen } from "../ui/drawer.ts";

/** The id of the field to search in. */
export const SEARCH_FIELD = "search";

let before: string = paths.home;

/** Where somebody was who now searches: Escape leads back there. */
export const placeBefore = () => before;

export function rememberPlace(path: string): void {
  before = path;
}

/** Begins a new search where its place is on the screen already. */
export function searchHere(): void {
  setDrawerOpen(false);
  const field = document.getElementById(SEARCH_FIELD);
  if (!(field instanceof HTMLInputElement)) return;
  field.focus();
  field.select();
}
