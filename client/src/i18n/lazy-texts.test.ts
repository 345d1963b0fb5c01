import { expect, it } from "vitest";
import { adminTexts as englishAdmin } from "./en/admin.ts";
import { apiTexts as englishApi } from "./en/api.ts";
import { adminTexts as portugueseAdmin } from "./pt-BR/admin.ts";
import { apiTexts as portugueseApi } from "./pt-BR/api.ts";

/** The places of all texts, as `wire.title`. */
function keysOf(texts: object, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "object" ? keysOf(value as object, `${prefix}${key}.`) : [prefix + key],
  );
}

it.each([
  ["the API page", englishApi, portugueseApi],
  ["the administration", englishAdmin, portugueseAdmin],
])("has the texts of %s in both languages, and none is empty", (_, english, portuguese) => {
  expect(keysOf(portuguese).toSorted()).toEqual(keysOf(english).toSorted());
  expect(JSON.stringify([english, portuguese])).not.toContain('""');
});
