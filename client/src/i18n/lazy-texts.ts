import { createEffect, createRoot, createSignal } from "solid-js";
import type { Locale } from "./format.ts";
import { locale } from "./i18n.ts";

/**
 * The texts of a slice that come with it and not with the first file; resolves to a function that
 * returns them in the current language. English comes along: a language that cannot be loaded must
 * not leave a blank page.
 */
export async function lazyTexts<T>(
  english: T,
  others: Record<Exclude<Locale, "en">, () => Promise<T>>,
): Promise<() => T> {
  const load = (wanted: Locale): Promise<T> =>
    wanted === "en" ? Promise.resolve(english) : others[wanted]().catch(() => english);
  const [current, setCurrent] = createSignal<{ texts: T }>({ texts: await load(locale()) });
  createRoot(() =>
    createEffect(() => {
      const wanted = locale();
      void load(wanted).then((texts) => {
        // A later choice may have overtaken this one while its texts were loading.
        if (wanted === locale()) setCurrent({ texts });
      });
    }),
  );
  return () => current().texts;
}
