import { createEffect, createRoot, createSignal } from "solid-js";
import { type ApiTexts, apiTexts as en } from "../i18n/en/api.ts";
import type { Locale } from "../i18n/format.ts";
import { locale } from "../i18n/i18n.ts";

const loaders: Record<Locale, () => Promise<ApiTexts>> = {
  en: async () => en,
  "pt-BR": async () => (await import("../i18n/pt-BR/api.ts")).apiTexts,
};

/** English is always here: a language that cannot be loaded must not leave a blank page. */
function load(wanted: Locale): Promise<ApiTexts> {
  return loaders[wanted]().catch(() => en);
}

const [current, setCurrent] = createSignal(await load(locale()));

createRoot(() =>
  createEffect(() => {
    const wanted = locale();
    void load(wanted).then((texts) => {
      // A later choice may have overtaken this one while its texts were loading.
      if (wanted === locale()) setCurrent(texts);
    });
  }),
);

/** The texts of this slice in the current language. */
export function apiTexts(): ApiTexts {
  return current();
}
