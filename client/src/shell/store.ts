import { createStore } from "solid-js/store";
import { authClient, onReachable } from "../api.ts";

/** How long after a failure the server is asked again, in milliseconds. */
export const RETRY_MS = 4_000;

const [state, setState] = createStore({ online: navigator.onLine, reachable: true });

/** How this page stands to its server. */
export function connection(): "well" | "offline" | "lost" {
  if (!state.online) return "offline";
  return state.reachable ? "well" : "lost";
}

/** Keeps `connection` true until the returned function is called. */
export function watchConnection(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.hidden) ask();
      // Its outcome is heard below, whatever it is.
      else authClient.getRegistrationPolicy({}).catch(() => {});
    }, RETRY_MS);
  };
  const forget = onReachable((reachable) => {
    setState({ reachable });
    clearTimeout(timer);
    if (!reachable) ask();
  });
  const update = () => setState({ online: navigator.onLine });
  addEventListener("online", update);
  addEventListener("offline", update);
  return () => {
    forget();
    clearTimeout(timer);
    removeEventListener("online", update);
    removeEventListener("offline", update);
  };
}
