import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settings } from "../../server/settings.ts";
import { settingsProblems, undocumented } from "./settings.ts";

const root = new URL("../../", import.meta.url).pathname;

const texts = {
  ".env.example": "# PORT=8080\n\n# COMPOSE_PROFILES=\n# DB_PASSWORD=x\n",
  "README.md": "| `PORT` | where |\n",
  "docs/running.md": "| `PORT` | |\n| `COMPOSE_PROFILES`, `DB_PASSWORD` | |\n",
  "compose.yaml": "url: ${DB_PASSWORD:-x}\nport: ${PORT:-1}\n",
};

test("texts that tell every setting and no other have no problem", () => {
  expect(undocumented(["PORT"], texts)).toEqual([]);
});

test("a setting that is not told is found in every text", () => {
  expect(undocumented(["PORT", "NEW"], texts)).toEqual([
    ".env.example does not tell NEW",
    "docs/running.md does not tell NEW",
    "README.md does not tell NEW",
  ]);
});

test("a setting that is not there any more is found in every text", () => {
  const compose = { "compose.yaml": "url: ${DB_PASSWORD}" };
  expect(undocumented([], { ...texts, ...compose })).toEqual([
    ".env.example tells PORT, which is no setting",
    "docs/running.md tells PORT, which is no setting",
    "README.md tells PORT, which is no setting",
  ]);
});

test("what only compose.yaml takes is told as well", () => {
  const compose = { "compose.yaml": "${DB_PASSWORD} ${DOMAIN:-localhost}" };
  expect(undocumented(["PORT"], { ...texts, ...compose })).toEqual([
    ".env.example does not tell DOMAIN",
    "docs/running.md does not tell DOMAIN",
  ]);
});

test("the project's own texts are complete", () => {
  expect(settingsProblems()).toBe("");
});

test("the server reads no environment variable but those in its list of settings", () => {
  const files = ["server", "db"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /(?<!\.test)\.ts$/.test(path) && !path.startsWith("testing"))
      .map((path) => readFileSync(join(root, folder, path), "utf8")),
  );
  const read = files.flatMap((text) =>
    [...text.matchAll(/process\.env(?:\.(\w+)|\["(\w+)"\])/g)].map(
      (match) => match[1] ?? match[2]!,
    ),
  );
  expect(read.filter((name) => !(name in settings))).toEqual([]);
});
