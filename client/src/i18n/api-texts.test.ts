import { expect, it } from "vitest";
import { apiTexts as english } from "./en/api.ts";
import { apiTexts as portuguese } from "./pt-BR/api.ts";

/** The places of all texts, as `wire.title`. */
function keysOf(texts: object, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "object" ? keysOf(value, `${prefix}${key}.`) : [prefix + key],
  );
}

it("has the texts of the API page in both languages, and none is empty", () => {
  expect(keysOf(portuguese).toSorted()).toEqual(keysOf(english).toSorted());
  expect(JSON.stringify([english, portuguese])).not.toContain('""');
});
