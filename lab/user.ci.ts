import { afterAll, expect, test } from "vitest";
import { chownSync } from "node:fs";
import { labIn, newFolder, removeFolder } from "./testing/lab-command.ts";

/** An account that no process has, so that nothing belongs to it. */
const NOBODY = 64_999;
const folder = newFolder();
const isRoot = process.getuid?.() === 0;
const as = isRoot
  ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "--"]
  : [];
const lab = labIn(folder, as);

afterAll(async () => {
  await lab.run("down", "--wipe");
  removeFolder(folder);
});

test("an ordinary user builds it, walks the whole path and ends it, with no rights but their own", async () => {
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  expect((await lab.run("up", "--namespaces")).errors).toBe("");
  const { code, output } = await lab.run("test");
  expect(output).toContain("All 13 hops passed.");
  expect(code).toBe(0);
  expect(await lab.run("down")).toMatchObject({ code: 0, errors: "" });
});
