import { createStore, reconcile } from "solid-js/store";
import { type Settings, SettingSource } from "#proto/prosa/admin/v1/settings_pb.ts";
import type { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { adminClient } from "./admin-client.ts";

const [state, setState] = createStore<{ settings: Settings | undefined; error: unknown }>({
  settings: undefined,
  error: undefined,
});

/** The settings of the server; undefined until `loadSettings` has answered. */
export function settings(): Settings | undefined {
  return state.settings;
}

/** Why the settings are not known; undefined when they are. */
export function settingsError(): unknown {
  return state.error;
}

/** Asks for the settings. Never rejects: the outcome is in the store. */
export async function loadSettings(): Promise<void> {
  setState({ error: undefined });
  try {
    const { settings: loaded } = await adminClient.getSettings({});
    setState("settings", reconcile(loaded));
  } catch (error) {
    setState({ error });
  }
}

/** Shows a choice at once and saves it; it is taken back when saving fails. */
export async function chooseRegistration(registrationPolicy: RegistrationPolicy): Promise<void> {
  const before = state.settings;
  if (before === undefined) return;
  const old = {
    registrationPolicy: before.registrationPolicy,
    registrationSource: before.registrationSource,
  };
  const chosen = { registrationPolicy, registrationSource: SettingSource.STORED };
  setState("settings", (known) => known && { ...known, ...chosen });
  try {
    const { settings: saved } = await adminClient.updateSettings({ registrationPolicy });
    setState("settings", reconcile(saved));
  } catch (error) {
    setState("settings", (known) => known && { ...known, ...old });
    throw error;
  }
}
