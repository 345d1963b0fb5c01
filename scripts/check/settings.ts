import { readFileSync } from "node:fs";
import { settings } from "../../server/settings.ts";
import { root } from "./command.ts";

/** Texts by the names of their files. */
type Texts = Record<string, string>;

/** compose.yaml's own, which no service is asked to read. */
const OF_COMPOSE = ["COMPOSE_PROFILES"];

const FILES = [".env.example", "README.md", "docs/running.md", "compose.yaml"];

/** What is set is told: in .env.example, the README and docs/running.md, all settings and no others. */
export function settingsProblems(): string {
  const texts = FILES.map((path) => [path, readFileSync(new URL(path, root), "utf8")]);
  return undocumented(Object.keys(settings), Object.fromEntries(texts) as Texts).join("\n");
}

/** What the texts do not tell of the settings that the server knows and compose.yaml takes, or tell too much. */
export function undocumented(known: string[], texts: Texts): string[] {
  const composed = matches(texts["compose.yaml"]!, /\$\{([A-Z][A-Z_]*)/g);
  const all = [...new Set([...known, ...composed, ...OF_COMPOSE])];
  const example = matches(texts[".env.example"]!, /^#?\s?([A-Z][A-Z_]+)=/gm);
  const guide = inTable(texts["docs/running.md"]!);
  const readme = inTable(texts["README.md"]!);
  return [
    ...compare(all, example, ".env.example"),
    ...compare(all, guide, "docs/running.md"),
    ...readme.filter((name) => !all.includes(name)).map((name) => surplus("README.md", name)),
    ...known
      .filter((name) => !texts["README.md"]!.includes(`\`${name}\``))
      .map((name) => `README.md does not tell ${name}`),
  ];
}

function compare(all: string[], told: string[], file: string): string[] {
  return [
    ...all.filter((name) => !told.includes(name)).map((name) => `${file} does not tell ${name}`),
    ...told.filter((name) => !all.includes(name)).map((name) => surplus(file, name)),
  ];
}

const surplus = (file: string, name: string) => `${file} tells ${name}, which is no setting`;

/** The names in the first cells of tables. */
function inTable(text: string): string[] {
  const cells = matches(text, /^\|([^|\n]+)\|/gm);
  return cells.flatMap((cell) => matches(cell, /`([A-Z][A-Z_]{2,})`/g));
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap((match) => match[1] ?? []);
}
