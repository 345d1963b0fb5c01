import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { chatGptConversation, openWebUiChat } from "../server/testing/foreign-exports.ts";
import { faultsOf } from "./support/axe.ts";
import { focused, overflow } from "./support/browser.ts";
import { readReply, register } from "./support/clients.ts";
import { eventually, readText, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";
import { words } from "./support/words.ts";

const stage = useStage();

const turns = [
  { id: "u1", role: "user", text: "What is a tree?", time: 1_700_000_001 },
  {
    id: "a1",
    parent: "u1",
    role: "assistant",
    text: "A tall plant.",
    time: 1_700_000_002,
    metadata: { model_slug: "gpt-4o" },
  },
];
const conversation = (id: string, title: string) =>
  chatGptConversation(turns, { id, conversation_id: id, title });

function jsonFile(name: string, contents: unknown) {
  const text = typeof contents === "string" ? contents : JSON.stringify(contents);
  return { name, mimeType: "application/json", buffer: Buffer.from(text) };
}

const choose = (page: Page, file: ReturnType<typeof jsonFile>) =>
  page.locator("input[type=file]").setInputFiles(file);

test("conversations of ChatGPT come in, one bad record is named, and they are gone on with", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open("/account");
    const { answer, ask, button, chatInList, w } = screensOf(page);
    const good = ["1", "2"].map((id) => JSON.stringify(conversation(id, `Trees ${id}`)));
    const text = `[${good[0]},{"title":"Broken","mapping":{,}},${good[1]}]`;
    await choose(page, jsonFile("conversations.json", text));
    await page.getByText("conversations.json").waitFor();
    const chatGpt = page.getByRole("radio", { name: w.transfer.formats.chatgpt });
    expect(await chatGpt.isChecked()).toBe(true);
    await button(w.transfer.import).click();
    await page.getByText(w.transfer.created(2, 4)).first().waitFor();
    await page.getByText(w.transfer.failed(1)).waitFor();
    await page.getByText(w.transfer.failure(2, "Broken", "NOT_JSON")).waitFor();
    await choose(page, jsonFile("conversations.json", text));
    await button(w.transfer.import).click();
    await page.getByText(w.transfer.skipped(2)).waitFor();

    await chatInList("Trees 1").click();
    await eventually(() => readText(answer)).toBe("A tall plant.");
    await ask("And a bush?");
    await page
      .getByText(w.errors.reasons.MODEL_MISSING({ model: "gpt-4o" }))
      .first()
      .waitFor();
    await page.getByRole("button", { name: new RegExp(`^${w.model.label}: `) }).click();
    await page.getByRole("menuitemradio", { name: "fake:1b" }).click();
    await button(w.common.retry).first().click();
    await eventually(() => readText(answer)).toBe("Hello from the fake model.");
  });
});

test("a file is recognised, a wrong guess is corrected, and what cannot be read is said", async () => {
  const bia = await register(stage.url);
  await stage.visit({ as: bia }, async ({ page, open }) => {
    await open("/account");
    const { button, w } = screensOf(page);
    await choose(
      page,
      jsonFile("export.json", [openWebUiChat([{ id: "u", role: "user", content: "Hi" }])]),
    );
    const webUi = page.getByRole("radio", { name: w.transfer.formats.openWebui });
    await eventually(() => webUi.isChecked()).toBe(true);
    await page.getByRole("radio", { name: w.transfer.formats.chatgpt }).check({ force: true });
    await button(w.transfer.import).click();
    await page.getByText(w.transfer.failure(1, "About trees", "UNKNOWN_SHAPE")).waitFor();
    await choose(page, {
      name: "export.zip",
      mimeType: "application/zip",
      buffer: Buffer.from("PK\u0003\u0004"),
    });
    await page.getByText(w.transfer.zip).waitFor();
    expect(await button(w.transfer.import).count()).toBe(0);
    await choose(page, jsonFile("nonsense.jsonl", "nothing\nof use"));
    await page.getByText(w.transfer.unknown).waitFor();
    expect(await page.getByRole("radio", { name: w.transfer.formats.prosa }).isChecked()).toBe(
      false,
    );
    expect(await button(w.transfer.import).isDisabled()).toBe(true);
    await page.getByRole("radio", { name: w.transfer.formats.prosa }).check({ force: true });
    await button(w.transfer.import).click();
    await page.getByText(w.transfer.failed(2)).waitFor();
    await page.getByText(w.transfer.failureLine(1, "", "NOT_JSON")).waitFor();
    await choose(page, jsonFile("conversations.json", "[]"));
    await button(w.transfer.import).click();
    await page.getByText(w.transfer.nothing).waitFor();
  });
});

test("an export is saved as a file that comes in again elsewhere, dropped onto the page", async () => {
  const [cora, dora] = [await register(stage.url), await register(stage.url)];
  for (const title of ["One", "Two"]) {
    const { chat } = await cora.chats.createChat({ title });
    const requestId = crypto.randomUUID();
    await readReply(cora.messages.sendMessage({ chatId: chat!.id, requestId, text: "Hello 😀" }));
  }
  let saved = "";
  await stage.visit({ as: cora }, async ({ page, open }) => {
    await page.addInitScript("delete window.showSaveFilePicker");
    await open("/account");
    const { button, w } = screensOf(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      button(w.transfer.export).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^prosa-\d{4}-\d\d-\d\d\.jsonl$/);
    saved = await readFile(await download.path(), "utf8");
    await page.getByText(w.transfer.exported(2)).first().waitFor();
  });
  expect(saved.trimEnd().split("\n")).toHaveLength(7);
  await stage.visit({ as: dora }, async ({ page, open }) => {
    // A handle of the browser's own file system stands for the one that a person would choose.
    await page.addInitScript(`window.showSaveFilePicker = async ({ suggestedName }) =>
      (await navigator.storage.getDirectory()).getFileHandle("saved", { create: true })`);
    await open("/account");
    const { button, w } = screensOf(page);
    const data = await page.evaluateHandle(`(() => {
      const data = new DataTransfer();
      data.items.add(new File([${JSON.stringify(saved)}], "prosa.jsonl"));
      return data;
    })()`);
    await button(w.transfer.choose).dispatchEvent("drop", { dataTransfer: data });
    await button(w.transfer.import).click();
    await page.getByText(w.transfer.created(2, 4)).first().waitFor();
    await button(w.transfer.export).click();
    await page.getByText(w.transfer.exported(2)).first().waitFor();
    const again = await page.evaluate<string>(`navigator.storage.getDirectory()
      .then((folder) => folder.getFileHandle("saved"))
      .then((handle) => handle.getFile()).then((file) => file.text())`);
    expect(again).toBe(saved);
  });
});

test("a long import shows how far it is, is cancelled, and keeps what has come", async () => {
  const eva = await register(stage.url);
  const long = Array.from({ length: 1_500 }, (_, index) =>
    conversation(`${index}`, `Trees ${index}`),
  );
  await stage.visit({ as: eva }, async ({ page, open }) => {
    await open("/account");
    const { button, w } = screensOf(page);
    await choose(page, jsonFile("conversations.json", long));
    await button(w.transfer.import).focus();
    await page.keyboard.press("Enter");
    const name = w.transfer.importing("conversations.json");
    const progress = page.getByRole("progressbar", { name });
    await eventually(async () =>
      Number(await progress.getAttribute("aria-valuenow")),
    ).toBeGreaterThan(0);
    await button(w.common.cancel).focus();
    await page.keyboard.press("Enter");
    await page.getByText(w.transfer.canceled).waitFor();
    expect(await focused(page)).toBe(w.transfer.chooseOther);
    await choose(page, jsonFile("conversations.json", long.slice(0, 1)));
    await button(w.transfer.import).click();
    await page.getByText(w.transfer.skipped(1)).waitFor();
  });
});

const looks = [
  { name: "desktop-light", colorScheme: "light" as const, viewport: { width: 1280, height: 900 } },
  { name: "phone-dark", colorScheme: "dark" as const, viewport: { width: 360, height: 740 } },
];

test.each(looks)(
  "the section fits its window and has no faults: $name",
  async ({ colorScheme, viewport }) => {
    const look = { colorScheme, viewport };
    const gil = await register(stage.url);
    const locale = look.colorScheme === "dark" ? "pt-BR" : "en-US";
    await gil.users.updateCurrentUser({ locale: locale === "en-US" ? "en" : locale });
    await stage.visit({ as: gil, locale, ...look }, async ({ page, open }) => {
      await open("/account");
      const w = locale === "pt-BR" ? words["pt-BR"] : words.en;
      const { button } = screensOf(page, w);
      const expectNoFaults = async () => {
        expect(await overflow(page)).toBe(0);
        expect(await faultsOf(page)).toEqual([]);
      };
      await button(w.transfer.choose).waitFor();
      const text = `[${JSON.stringify(conversation("1", "Trees"))},{"title":"A title ${"that is long ".repeat(9)}","mapping":{,}},{}]`;
      await choose(page, jsonFile("conversations-with-a-rather-long-name-for-a-phone.json", text));
      await button(w.transfer.import).waitFor();
      await expectNoFaults();
      await button(w.transfer.import).click();
      await page.getByText(w.transfer.failed(2)).waitFor();
      await expectNoFaults();
    });
  },
);
