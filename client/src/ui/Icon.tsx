import type { JSX } from "solid-js";

// Drawn on a grid of 20 units with round ends; the stroke is 1.6 px at 20 px.
const shapes = {
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  pen: "M12.6 4.4l3 3L7 16l-3.6.6L4 13z",
  search: "M8.7 14.2a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM12.8 12.8L17 17",
  plus: "M10 4v12M4 10h12",
  down: "M5.5 8l4.5 4.5L14.5 8",
  left: "M12 5l-5 5 5 5",
  right: "M8 5l5 5-5 5",
  copy: "M7.5 7.5h9v9h-9zM12.5 7.5v-4h-9v9h4",
  check: "M4 10.5l4 4 8-9",
  close: "M5 5l10 10M15 5L5 15",
  redo: "M16.5 10A6.5 6.5 0 1 1 14.3 5.100M16.5 2.800v3.700h-3.7",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.200l2.7 1.5",
  alert: "M10 3L2.5 16.500h15zM10 8.200v4M10 14.300v.2",
  download: "M10 3v9.500M5.8 8.500L10 12.700l4.2-4.200M3.5 16.500h13",
  up: "M10 16V4M5 9l5-5 5 5",
  toBottom: "M10 4v12M5 11l5 5 5-5",
  good: "M7 9l3-6c1.2 0 2 .8 2 2v3h4c.9 0 1.6.8 1.400 1.700l-1.200 5c-.2.8-.8 1.300-1.600 1.300H7zM3 9h4v7H3z",
  bad: "M13 11l-3 6c-1.2 0-2-.8-2-2v-3H4c-.9 0-1.6-.8-1.400-1.700l1.200-5c.2-.8.8-1.300 1.600-1.300H13zM17 11h-4V4h4z",
  pause: "M7 5v10M13 5v10",
  play: "M7 4.500l8 5.500-8 5.500z",
  stop: "M6.5 6.500h7v7h-7z",
  trash: "M3.5 5.500h13M8 5.500V3.500h4v2M5 5.500l.8 11h8.400l.8-11M8.5 9v4.500M11.5 9v4.5",
  user: "M10 10a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.600zM3.5 17c.6-3.3 3.2-5 6.5-5s5.9 1.7 6.5 5",
  users:
    "M7.5 9.6a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.500c.5-2.900 2.700-4.400 5.500-4.400s5 1.500 5.500 4.400M12.800 3.900a3 3 0 0 1 0 5.400M14.800 12.500c1.700.6 2.800 2 3.200 4",
  key: "M7 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM10.500 10H17v3M14 10v2.500",
  leave: "M12 4H4.500v12H12M8.5 10h8.500M14 6.800l3.2 3.2-3.2 3.2",
  code: "M7 5.500l-4.5 4.5L7 14.500M13 5.500l4.5 4.500-4.5 4.5",
  model: "M10 2.800l6.3 3.600v7.200L10 17.200l-6.3-3.600V6.400zM3.9 6.500L10 10l6.1-3.500M10 10v7",
  eye: "M2 10c2-3.6 4.7-5.3 8-5.300s6 1.7 8 5.300c-2 3.6-4.7 5.3-8 5.300S4 13.6 2 10zM10 12.300a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.600z",
  eyeOff:
    "M3 3l14 14M7.5 5.100c.8-.3 1.6-.4 2.5-.4 3.3 0 6 1.7 8 5.3-.7 1.2-1.5 2.2-2.3 3M12.6 14.900c-.8.3-1.7.4-2.6.4-3.3 0-6-1.7-8-5.3.7-1.3 1.5-2.3 2.4-3.1",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  link: "M8.5 11.500a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.300l-.9.9M11.5 8.500a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.300l.9-.9",
  device: "M3 4h14v9H3zM7 16.500h6M10 13v3.5",
  ring: "M10 3a7 7 0 1 0 7 7",
  offline:
    "M3 3l14 14M5.5 11.300c.8-.8 1.7-1.3 2.7-1.600M2.5 8.300c1.1-1.1 2.3-1.9 3.7-2.400M10 6c2.9 0 5.5.9 7.5 2.300M12.5 10.200c.7.3 1.4.7 2 1.200M10 15.500h.01",
};

export type IconName = keyof typeof shapes;

/** A line icon in the colour of the text around it; words beside it carry the meaning. */
export function Icon(props: { name: IconName; size?: number; class?: string }): JSX.Element {
  return (
    <svg
      viewBox="0 0 20 20"
      width={props.size ?? 16}
      height={props.size ?? 16}
      class={`shrink-0 ${props.name === "ring" ? "animate-spin" : ""} ${props.class ?? ""}`}
      fill="none"
      stroke="currentColor"
      stroke-width={1.6 * (20 / Math.max(props.size ?? 16, 16)) ** 0.5}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[props.name]} />
    </svg>
  );
}
