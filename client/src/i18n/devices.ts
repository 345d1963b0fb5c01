import { texts as english } from "./en/devices.ts";
import { withTexts } from "./i18n.ts";

export const t = await withTexts(english, {
  "pt-BR": async () => (await import("./pt-BR/devices.ts")).texts,
});
