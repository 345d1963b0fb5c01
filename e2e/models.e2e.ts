import { expect, test } from "vitest";
import { register } from "./support/clients.ts";
import { eventually, readText, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage({ models: ["fake:1b", "old:1b"] });
let admin: Awaited<ReturnType<typeof register>>;

test("the administrator brings a model, sees how far it is also after a reload, and asks it", async () => {
  admin = await register(stage.url);
  await stage.visit({ as: admin }, async ({ page, open }) => {
    await open("/models");
    const { answer, ask, button, field, w } = screensOf(page);
    await page.getByText("fake:1b").first().waitFor();
    await field(w.models.addLabel).fill("slow:1b");
    await button(w.models.install).click();
    const progress = page.getByRole("progressbar", { name: w.models.installing("slow:1b") });
    const done = async () => Number(await progress.getAttribute("aria-valuenow"));
    await eventually(done).toBeGreaterThan(5);
    await page.reload();
    await eventually(done).toBeGreaterThan(20);
    await progress.waitFor({ state: "detached" });
    const installed = page.getByRole("region", { name: w.models.installed });
    await installed.getByText("slow:1b").waitFor();
    await open();
    await page.getByRole("button", { name: new RegExp(`^${w.model.label}: `) }).click();
    await page.getByRole("menuitemradio", { name: "slow:1b" }).click();
    await ask("Hello");
    await eventually(() => readText(answer)).toContain("Hello");
    expect(stage.ollama.calls("slow:1b")).toBe(1);
  });
});

test("a download is cancelled, and none of it stays on the page", async () => {
  await stage.visit({ as: admin }, async ({ page, open }) => {
    await open("/models");
    const { button, field, w } = screensOf(page);
    await field(w.models.addLabel).fill("slow:2b");
    await field(w.models.addLabel).press("Enter");
    const progress = page.getByRole("progressbar", { name: w.models.installing("slow:2b") });
    await progress.waitFor();
    await button(w.models.cancelPull("slow:2b")).click();
    await progress.waitFor({ state: "detached" });
    await page.reload();
    await page.getByText("fake:1b").first().waitFor();
    expect(await page.getByText("slow:2b").count()).toBe(0);
  });
});

test("a download that cannot be is told in words, and can be tried again or put away", async () => {
  await stage.visit({ as: admin }, async ({ page, open }) => {
    await open("/models");
    const { button, field, alert, w } = screensOf(page);
    const install = async (name: string) => {
      await field(w.models.addLabel).fill(name);
      await button(w.models.install).click();
    };
    await install("offline:1b");
    const unreachable = alert.filter({ hasText: w.errors.reasons.PULL_UNREACHABLE({}) });
    await unreachable.waitFor();
    await install("missing");
    const missing = alert.filter({
      hasText: w.errors.reasons.PULL_NOT_FOUND({ model: "missing" }),
    });
    await missing.waitFor();
    await unreachable.getByRole("button", { name: w.common.retry }).click();
    await unreachable.waitFor();
    while ((await button(w.common.close).count()) > 0) await button(w.common.close).first().click();
    await eventually(() => alert.count()).toBe(0);
    await install("not a name");
    await page.getByText(w.models.addMissing).waitFor();
    await install("registry.example/thing:1b");
    await alert.filter({ hasText: w.errors.reasons.REGISTRY_NOT_ALLOWED({}) }).waitFor();
    expect(await alert.count()).toBe(1);
    expect(await alert.getByRole("button", { name: w.common.retry }).count()).toBe(0);
  });
});

test("a model is brought into memory and taken out of it, and the row says where it is", async () => {
  await stage.visit({ as: admin }, async ({ page, open }) => {
    await open("/models");
    const { button, alert, w } = screensOf(page);
    const row = page.getByRole("listitem").filter({ hasText: "old:1b" });
    await button(w.modelMemory.loadModel("old:1b")).click();
    await row.getByText(w.models.loaded).waitFor();
    await page.reload();
    await row.getByText(w.models.loaded).waitFor();
    await button(w.modelMemory.unloadModel("old:1b")).click();
    await button(w.modelMemory.loadModel("old:1b")).waitFor();
    expect(await row.getByText(w.models.loaded).count()).toBe(0);

    stage.ollama.setBehaviour("sentinel:error-before");
    await button(w.modelMemory.loadModel("old:1b")).click();
    await alert.filter({ hasText: w.errors.reasons.MODEL_FAILED({}) }).waitFor();
    stage.ollama.setBehaviour();
    await button(w.modelMemory.loadModel("old:1b")).press("Enter");
    await row.getByText(w.models.loaded).waitFor();
    await eventually(() => alert.count()).toBe(0);
  });
});

test("a model is deleted only after a question, and stays when that is answered with no", async () => {
  await stage.visit({ as: admin }, async ({ page, open }) => {
    await open("/models");
    const { button, dialog, w } = screensOf(page);
    await button(w.models.deleteModel("old:1b")).click();
    await dialog(w.models.deleteTitle("old:1b")).waitFor();
    await button(w.common.cancel).click();
    await button(w.models.deleteModel("old:1b")).click();
    await button(w.common.delete).click();
    await button(w.models.deleteModel("old:1b")).waitFor({ state: "detached" });
    await dialog(w.models.deleteTitle("old:1b")).waitFor({ state: "hidden" });
    await page.reload();
    await page.getByText("fake:1b").first().waitFor();
    expect(await page.getByText("old:1b").count()).toBe(0);
  });
});

test("a member sees the models but nothing to install or delete them with", async () => {
  const bia = await register(stage.url);
  await stage.visit({ as: bia }, async ({ page, open }) => {
    await open("/models");
    const { button, w } = screensOf(page);
    await page.getByText(w.model.askAdmin).waitFor();
    await page.getByText("fake:1b").first().waitFor();
    expect(await button(w.models.install).count()).toBe(0);
    expect(await button(w.models.deleteModel("fake:1b")).count()).toBe(0);
    expect(await button(w.modelMemory.loadModel("fake:1b")).count()).toBe(0);
  });
});

test("where no model is installed, the page says so and leads to the first one", async () => {
  for (const { name } of (await admin.models.listModels({})).models) {
    await admin.models.deleteModel({ model: name });
  }
  const bia = await register(stage.url);
  await stage.visit({ as: bia }, async ({ page, open }) => {
    const { w } = screensOf(page);
    await open();
    await page.getByText(w.model.none).waitFor();
    await page.getByText(w.model.askAdmin).waitFor();
    await open("/models");
    await page.getByText(w.models.begin).waitFor();
    expect(await page.getByRole("button", { name: w.models.recommend("1.3 GB") }).count()).toBe(0);
  });
  await stage.visit({ as: admin }, async ({ page, open }) => {
    const { answer, ask, composer, link, w } = screensOf(page);
    await open();
    await page.getByText(w.model.none).waitFor();
    await link(w.chat.installModel).click();
    await page.getByText(w.models.begin).waitFor();
    await page.getByRole("button", { name: w.models.recommend("1.3 GB") }).click();
    const installed = page.getByRole("region", { name: w.models.installed });
    await installed.getByText("llama3.2:1b").first().waitFor();
    await page.getByText(w.models.begin).waitFor({ state: "detached" });
    await page.getByRole("link", { name: w.chat.newChat }).first().click();
    await composer.waitFor();
    await ask("Hello");
    await eventually(() => readText(answer)).toContain("Hello");
  });
});
