import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { register } from "./support/clients.ts";
import { eventually, readText, screensOf } from "./support/screens.ts";
import { useStage, type Visit } from "./support/stage.ts";
import { words } from "./support/words.ts";

const stage = useStage();
const w = words.en;
const a = words.en.api;
const BIN = join(import.meta.dirname, "..", "node_modules", ".bin");
const run = promisify(execFile);

const method = (page: Visit["page"], name: string) =>
  page.getByRole("button", { name: new RegExp(`^${name} `) });
/** The text of the box of code under a heading of its own, such as `buf curl`. */
const code = (page: Visit["page"], label: string) =>
  page.getByRole("figure").filter({ hasText: label }).locator("code").first().innerText();

test("the page tells what the server serves, and methods are found by their words", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const { account, item, title } = screensOf(page);
    await account.click();
    await item(w.shell.api).click();
    await eventually(() => title.innerText()).toBe(w.shell.api);
    await method(page, "ListChats").waitFor();
    await page.getByText("prosa.rpc.v1.SchemaService").waitFor();
    const search = page.getByRole("textbox", { name: a.search });
    await search.fill("brings it back within seven days");
    await page.getByText(a.count(1)).waitFor();
    await method(page, "DeleteChat").waitFor();
    expect(await method(page, "ListChats").count()).toBe(0);
    await search.fill("no such words anywhere");
    await page.getByText(a.none).waitFor();
  });
});

test("a method is opened by its address, with its comment, fields and rules", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana, viewport: { width: 360, height: 740 } }, async ({ page, open }) => {
    await open("/api#prosa.chat.v1.ChatService.UpdateChat");
    await eventually(() => method(page, "UpdateChat").getAttribute("aria-expanded")).toBe("true");
    await page.getByText("Fields that are absent stay as they are.").waitFor();
    await page.getByText("max_bytes 32768").waitFor();
    await page.getByText(a.kinds.unary, { exact: true }).waitFor();
    // Code scrolls within its own box; nothing else may reach beyond the page.
    const beyond = `[...document.querySelectorAll("main *:not(pre *)")]
      .filter((it) => it.getBoundingClientRect().right > innerWidth).map((it) => it.outerHTML)`;
    expect(await page.evaluate(beyond)).toEqual([]);
  });
});

test("what is opened stays open while others are looked for, and the page stays where it is", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open("/api#prosa.chat.v1.ChatService.ListChats");
    const opened = (name: string) => method(page, name).getAttribute("aria-expanded");
    await eventually(() => opened("ListChats")).toBe("true");
    await method(page, "GetChat").click();
    const search = page.getByRole("textbox", { name: a.search });
    await search.scrollIntoViewIfNeeded();
    await search.pressSequentially("chat");
    expect(await search.evaluate((box) => box.getBoundingClientRect().top)).toBeGreaterThan(0);
    expect([await opened("ListChats"), await opened("GetChat")]).toEqual(["true", "true"]);
    await search.fill("ListModels");
    expect(await method(page, "GetChat").count()).toBe(0);
    await search.fill("");
    expect([await opened("ListChats"), await opened("GetChat")]).toEqual(["true", "true"]);
  });
});

test("an address that names no method shows the page all the same", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open("/api#%E0");
    await method(page, "ListChats").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});

test("the line for buf curl, with a token made on the page, calls the server as it stands", async () => {
  const ana = await register(stage.url);
  await ana.chats.createChat({ title: "Found by buf" });
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open("/api#prosa.chat.v1.ChatService.ListChats");
    await eventually(() => code(page, "buf curl")).toContain("$PROSA_TOKEN");
    await page.getByRole("button", { name: a.makeToken }).click();
    await eventually(() => code(page, "buf curl")).toMatch(/Bearer prosa_/);
    expect(await code(page, "grpcurl")).toContain("-plaintext");
    const line = await code(page, "buf curl");
    const path = `${BIN}:${process.env["PATH"]}`;
    const { stdout } = await run("sh", ["-c", line], { env: { ...process.env, PATH: path } });
    expect(JSON.parse(stdout)).toMatchObject({ chats: [{ title: "Found by buf" }] });
  });
});

test("a description that does not come is told, and can be asked for again", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open, problems }) => {
    problems.expect(/ERR_FAILED/);
    await page.route("**/GetSchema", (route) => route.abort());
    await open("/api");
    const { alert } = screensOf(page);
    await alert.getByText(w.errors.unreachable).waitFor();
    await page.unroute("**/GetSchema");
    await alert.getByRole("button", { name: w.common.retry }).click();
    await method(page, "ListChats").waitFor();
  });
});

test("the wire inspector shows a streaming call as it goes, and nothing when it is off", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open("/api");
    const { answer, ask, button, stop } = screensOf(page);
    expect(await page.getByText(a.wire.on).count()).toBe(0);
    await button(a.wire.turnOn).click();
    await page.getByText(a.wire.on).waitFor();
    await open();
    await ask("sentinel:tokens=60,delay=20");
    await page.getByRole("button", { name: a.wire.open }).click();
    const panel = page.getByRole("complementary", { name: a.wire.title });
    await panel.getByRole("button", { name: /^SendMessage/ }).click();
    await panel.getByText(a.kinds.server_streaming).waitFor();
    const frames = panel.locator("details");
    await eventually(() => frames.count()).toBeGreaterThan(3);
    await panel.getByText("HTTP/1.1").waitFor();
    await frames.first().click();
    await frames.first().getByText('"text": "sentinel:tokens=60,delay=20"').waitFor();
    await stop.waitFor({ state: "hidden" });
    await panel.getByText("ok", { exact: true }).waitFor();
    await panel.getByText("grpc-status: 0").waitFor();
    expect((await readText(answer)).length).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await panel.getByRole("button", { name: /^SendMessage/ }).waitFor();
    await button(a.wire.clear).click();
    await panel.getByText(a.wire.none).waitFor();

    await open("/api");
    await page.getByText(a.wire.on).waitFor();
    await button(a.wire.turnOff).click();
    await page.getByText(a.wire.on).waitFor({ state: "hidden" });
    await page.reload();
    await button(a.wire.turnOn).waitFor();
    expect(await page.getByText(a.wire.on).count()).toBe(0);
  });
});
