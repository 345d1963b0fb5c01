import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { problemsOf, root } from "./command.ts";
import { differences } from "./folder.ts";

const SCHEMA = "proto/gen/schema.binpb";

/** Generates anew beside the tree and compares. */
export function generatedProblems(): string {
  const folder = mkdtempSync(join(tmpdir(), "prosa-generated-"));
  try {
    const problems =
      problemsOf("buf", "generate", "--output", folder) ||
      problemsOf("buf", "generate", "--template", "buf.gen.browser.yaml", "--output", folder) ||
      problemsOf("buf", "build", "--as-file-descriptor-set", "--output", join(folder, SCHEMA)) ||
      differences(join(folder, "proto/gen"), fileURLToPath(new URL("proto/gen", root)));
    return problems && `${problems}\nRun: npm run generate`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
