import { createStore } from "solid-js/store";
import type { ServerHealth } from "#proto/prosa/admin/v1/server_health_pb.ts";
import { adminClient } from "./admin-client.ts";

const [state, setState] = createStore<{
  health: ServerHealth | undefined;
  loading: boolean;
  error: unknown;
}>({ health: undefined, loading: false, error: undefined });

/** How the server was when it was last asked. */
export const serverHealth = state;

/** Asks the server how it is. Never rejects: the outcome is in `serverHealth`. */
export async function loadHealth(): Promise<void> {
  if (state.loading) return;
  setState({ loading: true });
  try {
    const { health } = await adminClient.getHealth({});
    setState({ health, error: undefined });
  } catch (error) {
    setState({ error });
  } finally {
    setState({ loading: false });
  }
}
