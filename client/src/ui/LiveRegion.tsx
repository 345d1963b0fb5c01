import type { JSX } from "solid-js";
import { announcement } from "./announce.ts";

/** The one place of the page from which announcements are read; stands there once, always. */
export function LiveRegion(): JSX.Element {
  let odd = false;
  // The same words twice in a row are said twice only when the text differs.
  const text = () => {
    odd = !odd;
    return announcement().text && announcement().text + (odd ? "\u00a0" : "");
  };
  return (
    <div role="status" aria-live="polite" class="sr-only">
      {text()}
    </div>
  );
}
