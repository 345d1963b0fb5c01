import { createSignal } from "solid-js";

/** How long a toast stands, in milliseconds, while nobody points at it or has focus in it. */
export const TOAST_MS = 7_000;
/** The same for a toast with an action, which takes time to be read and decided. */
export const ACTION_TOAST_MS = 15_000;

export type Toast = { id: number; text: string; action?: string; onAction?: () => void };

const [toasts, setToasts] = createSignal<Toast[]>([]);
const timers = new Map<number, ReturnType<typeof setTimeout>>();
let lastId = 0;

export { toasts };

/** Shows a line over the page, for what has no place of its own, and returns its id. */
export function showToast(toast: Omit<Toast, "id">): number {
  const id = ++lastId;
  setToasts((shown) => [...shown, { ...toast, id }]);
  startTimer({ ...toast, id });
  return id;
}

export function dismissToast(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  setToasts((shown) => shown.filter((toast) => toast.id !== id));
}

/** Keeps all toasts while somebody is about to use them. */
export function holdToasts(): void {
  for (const timer of timers.values()) clearTimeout(timer);
}

export function releaseToasts(): void {
  toasts().forEach(startTimer);
}

function startTimer({ id, action }: Toast): void {
  clearTimeout(timers.get(id));
  timers.set(
    id,
    setTimeout(() => dismissToast(id), action ? ACTION_TOAST_MS : TOAST_MS),
  );
}
