import { apiTexts as english } from "../i18n/en/api.ts";
import { lazyTexts } from "../i18n/lazy-texts.ts";

/** The texts of this slice in the current language. */
export const apiTexts = await lazyTexts(english, {
  "pt-BR": async () => (await import("../i18n/pt-BR/api.ts")).apiTexts,
});
