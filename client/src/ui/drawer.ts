import { createSignal } from "solid-js";

/** Whether the sidebar lies open over a narrow page. */
export const [drawerOpen, setDrawerOpen] = createSignal(false);
