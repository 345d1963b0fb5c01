import { createEffect, createMemo, createRoot, createSignal } from "solid-js";
import { type Dictionary, en } from "./en.ts";
import { formatsOf, LOCALES } from "./format.ts";
import type { Formats, Locale } from "./format.ts";

const STORAGE_KEY = "prosa.locale";

const loaders: Record<Locale, () => Promise<Dictionary>> = {
  en: async () => en,
  "pt-BR": async () => (await import("./pt-BR.ts")).ptBR,
};

const [current, setCurrent] = createSignal<{ locale: Locale; texts: Dictionary }>({
  locale: "en",
  texts: en,
});
let wanted: Locale = "en";

/** The texts of the current language: `t().login.title`, `t().chat.queued({ position: 2 })`. */
export function t(): Dictionary {
  return current().texts;
}

/**
 * The `t` of a screen that comes when it is opened: it has the texts of that screen besides those of
 * the whole page.
 */
export async function withTexts<Texts extends object>(
  english: Texts,
  others: Record<Exclude<Locale, "en">, () => Promise<Texts>>,
): Promise<() => Dictionary & Texts> {
  // A language that cannot be loaded must not leave a blank screen: English is always here.
  const [texts, setTexts] = createSignal(english);
  const load = (next: Locale) =>
    next === "en" ? Promise.resolve(english) : others[next]().catch(() => english);
  const follow = (next: Locale) =>
    load(next).then((loaded) => {
      // A later choice may have overtaken this one while its texts were loading.
      if (next === locale()) setTexts(() => loaded);
    });
  await follow(locale());
  return createRoot(() => {
    createEffect(() => void follow(locale()));
    return createMemo(() => ({ ...t(), ...texts() }));
  });
}

/** Numbers, dates and sizes of the current language: `format().bytes(1.3e9)`. */
export function format(): Formats {
  return formatsOf(current().locale);
}

export function locale(): Locale {
  return current().locale;
}

/** The language to begin with: the one used here before, or else the browser's. */
export function preferredLocale(): Locale {
  const stored = LOCALES.find((known) => known === readStored());
  if (stored) return stored;
  for (const tag of navigator.languages) {
    const language = tag.toLowerCase().split("-")[0];
    const known = LOCALES.find((candidate) => candidate.split("-")[0] === language);
    if (known) return known;
  }
  return "en";
}

/** Changes the language of the page and remembers it in this browser; unknown tags change nothing. */
export async function applyLocale(tag: string): Promise<void> {
  const next = LOCALES.find((known) => known === tag);
  if (!next) return;
  wanted = next;
  const texts = await loaders[next]();
  // A later choice may have overtaken this one while its texts were loading.
  if (wanted !== next) return;
  setCurrent({ locale: next, texts });
  document.documentElement.lang = next;
  try {
    localStorage.setItem(STORAGE_KEY, next);
  } catch {
    // Storage may be forbidden; the account still remembers.
  }
}

function readStored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
