import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { grpcurl } from "../scripts/ci/clients/tools.ts";
import { quote } from "./quote.ts";
import { labIn, newFolder, removeFolder } from "./testing/lab-command.ts";

const lab = labIn(newFolder());

beforeAll(async () => {
  // Brought in here, since the laboratory has no way to the internet.
  grpcurl();
  expect((await lab.run("up", "--namespaces")).errors).toBe("");
});
afterAll(async () => {
  await lab.run("down", "--wipe");
  removeFolder(lab.folder);
});

test("grpcurl and a browser on LAN1 reach Prosa through VM1's filter, and nothing behind it", async () => {
  const vitest = join(import.meta.dirname, "../node_modules/vitest/vitest.mjs");
  const project = join(import.meta.dirname, "..");
  const config = "lab/lan1.vitest.config.ts";
  const run = [process.execPath, vitest, "run", "--config", config].map(quote).join(" ");
  const { code, output, errors } = await lab.run("sh", "lan1", `cd ${quote(project)} && ${run}`);
  expect(code, output + errors).toBe(0);
});
