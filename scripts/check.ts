// Everything that must hold besides the tests. One line per step; the words of those that fail.
import { documentProblems } from "./check/documents.ts";
import { breakingProblems } from "./check/breaking.ts";
import { compatibilityProblems } from "./check/compatible.ts";
import { generatedProblems } from "./check/generated.ts";
import { migrationProblems } from "./check/migrations.ts";
import { settingsProblems } from "./check/settings.ts";
import { versionProblems } from "./check/versions.ts";
import { problemsOf } from "./check/command.ts";

/** These keep the form that their authors gave them. */
const VENDORED = ["--exclude-path", "proto/buf", "--exclude-path", "proto/grpc"];

const steps: Record<string, () => string | Promise<string>> = {
  "format of the code": () => problemsOf("oxfmt", "--check"),
  "lint of the code": () => problemsOf("oxlint", "--format=unix"),
  "types of the server": () => problemsOf("tsc", "-p", "tsconfig.json"),
  "types of the client": () => problemsOf("tsc", "-p", "client/tsconfig.json"),
  "lint of the protos": () => problemsOf("buf", "lint"),
  "format of the protos": () => problemsOf("buf", "format", "--diff", "--exit-code", ...VENDORED),
  "compatibility of the protos": breakingProblems,
  "generated code is that of the protos": generatedProblems,
  "migrations are those of the schema": migrationProblems,
  "migrations leave the previous version working": compatibilityProblems,
  "versions are exact": versionProblems,
  "documents name what exists": documentProblems,
  "settings are documented": settingsProblems,
};

let failed = 0;
for (const [name, run] of Object.entries(steps)) {
  const started = performance.now();
  const problems = await Promise.resolve()
    .then(run)
    .catch((error: unknown) => String(error));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problems ? "✗" : "✓"} ${name} (${seconds} s)`);
  if (problems) {
    failed += 1;
    console.log(problems.trim().replace(/^/gm, "    "));
  }
}
console.log(`${Object.keys(steps).length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
