import type { JSX } from "solid-js";

export function ConnectionBanner(): JSX.Element {
  return null;
}
