import { t } from "../i18n/devices.ts";
import { deviceName } from "./device-name.ts";

/** What a person calls the thing that sent a `user-agent`, in the current language. */
export function deviceText(userAgent: string): string {
  const known = deviceName(userAgent);
  if (!known) return t().devices.unknown;
  return "program" in known ? known.program : t().devices.browserOn(known.browser, known.system);
}
