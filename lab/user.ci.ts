import { afterAll, expect, test } from "vitest";
import { chownSync } from "node:fs";
import { command } from "./command.ts";
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

/** Without these nothing can be tested, and the machine is what must change: so it is said first. */
async function expectAllowed(): Promise<void> {
  const { output, errors } = await lab.run("status");
  if (output !== "The laboratory is down.\n")
    throw new Error(`An ordinary user cannot run what is in this folder: ${errors.trim()}`);
  const unshare = ["unshare", "--map-root-user", "--net", "--mount", "--pid", "--fork", "true"];
  const { code, errors: words } = await command([...as, ...unshare]);
  if (code !== 0)
    throw new Error(`This machine lets no ordinary user make user namespaces: ${words.trim()}`);
}

test("an ordinary user builds it, walks the whole path and ends it, with no rights but their own", async () => {
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  await expectAllowed();
  expect((await lab.run("up", "--namespaces")).errors).toBe("");
  const { code, output } = await lab.run("test");
  expect(output).toContain("All 13 hops passed.");
  expect(code).toBe(0);
  expect(await lab.run("down")).toMatchObject({ code: 0, errors: "" });
});
