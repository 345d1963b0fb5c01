import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { problemsOf, root } from "./command.ts";
import { differences } from "./folder.ts";

/** Lets drizzle-kit write the next migration into a copy: there must be nothing to write. */
export function migrationProblems(): string {
  const home = fileURLToPath(root);
  const cache = join(home, ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "migrations-"));
  const migrations = join(home, "db/migrations");
  cpSync(migrations, folder, { recursive: true });
  // drizzle-kit takes the folder only relative to its own.
  const out = `./${relative(home, folder).replaceAll("\\", "/")}`;
  const to = ["--dialect", "postgresql", "--out", out];
  try {
    const problems =
      problemsOf("drizzle-kit", "check", ...to) ||
      problemsOf("drizzle-kit", "generate", ...to, "--schema", "./db/schema/index.ts") ||
      differences(folder, migrations);
    return problems && `${problems}\nRun: npm run db:generate`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
