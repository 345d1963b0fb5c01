import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { problemsOf, root, run } from "./command.ts";

/** Lets drizzle-kit write the next migration into a copy: there must be nothing to write. */
export function migrationProblems(): string {
  const home = fileURLToPath(root);
  const cache = join(home, ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "migrations-"));
  cpSync(join(home, "db/migrations"), folder, { recursive: true });
  // drizzle-kit takes the folder only relative to its own.
  const out = `./${relative(home, folder).replaceAll("\\", "/")}`;
  const to = ["--dialect", "postgresql", "--out", out];
  try {
    const unsound = problemsOf("drizzle-kit", "check", ...to);
    if (unsound) return unsound;
    const { output } = run("drizzle-kit", "generate", ...to, "--schema", "./db/schema/index.ts");
    // Where it would ask a question it says nothing and ends well, so only these words count.
    if (output.includes("No schema changes")) return "";
    return `${output}\nThe schema has changed. Run: npm run db:generate`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
