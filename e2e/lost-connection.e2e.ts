import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { makePieces } from "../server/testing/fake-answer.ts";
import { LOST_CONNECTION } from "./support/browser.ts";
import { register } from "./support/clients.ts";
import { eventually, grown, readText, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage({ env: { OLLAMA_PARALLEL: "20" } });
const TABS = 10;
// Without a title of the model's, a chat is called by the first words of its question.
const BRIEF = "sentinel:tokens=100,delay=40,no-title";
const BRIEF_ANSWER = makePieces(100).join("").trim();
const SLOW = "sentinel:tokens=200,delay=40";
const SLOW_ANSWER = makePieces(200).join("").trim();

test("a server killed in mid-answer comes back: the page tells it, keeps the text and asks again", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open, problems }) => {
    problems.expect(LOST_CONNECTION);
    await open();
    const screens = screensOf(page);
    const { w, answer } = screens;
    await screens.ask(SLOW);
    await grown(answer, 100);
    await stage.killServer();
    await answer.getByText(w.chat.lost).waitFor();
    const shown = await readText(answer);
    await stage.restartServer();
    await answer.getByText(w.errors.reasons.SERVER_RESTARTED({})).waitFor();
    const kept = await readText(answer);
    expect(SLOW_ANSWER.startsWith(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(shown.length / 2);

    await answer.getByRole("button", { name: w.chat.redo }).click();
    await answer.getByText(w.chat.version("2", "2")).waitFor();
    await eventually(() => readText(answer)).toBe(SLOW_ANSWER);
  });
});

test("somebody without a network for a while sees the answer go on exactly where it was", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ context, page, open, problems }) => {
    problems.expect(LOST_CONNECTION);
    await open();
    const screens = screensOf(page);
    const { w, answer } = screens;
    await screens.ask(SLOW);
    const before = await grown(answer, 50);
    await context.setOffline(true);
    await page.getByText(w.shell.offline).waitFor();
    await screens.composer.fill("kept while away");
    await context.setOffline(false);
    await page.getByText(w.shell.offline).waitFor({ state: "hidden" });
    await grown(answer, before.length);
    await eventually(() => readText(answer)).toBe(SLOW_ANSWER);
    expect(await screens.composer.inputValue()).toBe("kept while away");
  });
});

/** How many answers are streamed to the tabs of one browser at this moment. */
const openStreams = (page: Page) =>
  page.evaluate<number>(`navigator.locks.query().then(({ held }) =>
    held.filter(({ name }) => name.startsWith("prosa.stream")).length)`);

test.each([
  ["tabs of one window, of which nine are hidden", { inWindow: true, most: 1 }],
  ["windows side by side", { inWindow: false, most: 3 }],
])(
  "ten %s all work, though a browser opens only six connections",
  async (_, { inWindow, most }) => {
    const ana = await register(stage.url);
    await stage.visit({ as: ana, inWindow }, async ({ context, page }) => {
      const tabs: Page[] = [page];
      while (tabs.length < TABS) tabs.push(await context.newPage());
      for (const [index, tab] of tabs.entries()) {
        await tab.bringToFront();
        await tab.goto(stage.url);
        await screensOf(tab).ask(`Question ${index} ${BRIEF}`);
        await grown(screensOf(tab).answer);
      }
      await eventually(() => openStreams(tabs.at(-1)!)).toBeLessThanOrEqual(most);
      for (const [index, tab] of tabs.entries()) {
        await tab.bringToFront();
        const { answer, openChatMenu, item, field, button, title, w } = screensOf(tab);
        await eventually(() => readText(answer)).toBe(BRIEF_ANSWER);
        await eventually(() => title.textContent()).toContain(`Question ${index}`);
        await openChatMenu((await title.textContent()) ?? "");
        await item(w.chat.rename).click();
        await field(w.chat.title).fill(`Tab ${index}`);
        await button(w.common.save).click();
        await eventually(() => title.textContent()).toBe(`Tab ${index}`);
      }
    });
    const { chats } = await ana.chats.listChats({});
    expect(chats.map(({ title }) => title).sort()).toEqual(
      Array.from({ length: TABS }, (_, index) => `Tab ${index}`),
    );
  },
);

test("the page follows the answer, lets a reader who scrolls up read, and jumps back to the end", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana, viewport: { width: 900, height: 420 } }, async ({ page, open }) => {
    await open();
    const { answer, answers, ask, conversation, button, w, stop } = screensOf(page);
    await ask("sentinel:tokens=400");
    await eventually(() => readText(answer)).toBe(makePieces(400).join("").trim());
    await ask("sentinel:tokens=300,delay=20");
    await grown(answers.nth(1), 300);
    const bottom = async (it: Locator) => {
      const { y, height } = (await it.boundingBox())!;
      return y + height;
    };
    /** How much of the answer lies below what can be seen, in CSS pixels. */
    const hidden = async () => (await bottom(answers.nth(1))) - (await bottom(conversation));
    await eventually(hidden).toBeLessThan(24);
    expect(await button(w.chat.toEnd).count()).toBe(0);

    await conversation.hover();
    await page.mouse.wheel(0, -300);
    await button(w.chat.toEnd).waitFor();
    await eventually(hidden).toBeGreaterThan(100);
    const place = await bottom(answers.first());
    await grown(answers.nth(1), (await readText(answers.nth(1))).length + 800);
    expect(Math.abs((await bottom(answers.first())) - place)).toBeLessThan(3);
    await button(w.chat.toEnd).click();
    await eventually(hidden).toBeLessThan(24);
    await stop.waitFor({ state: "hidden" });
    await eventually(hidden).toBeLessThan(24);
    expect(await button(w.chat.toEnd).count()).toBe(0);
  });
});

test("what cannot be fetched without a network leaves the conversation standing, and opens later", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ context, page, open, problems }) => {
    problems.expect(LOST_CONNECTION);
    await open();
    const { w, ask, answer, button, item, dialog, conversation } = screensOf(page);
    await ask(BRIEF);
    await eventually(() => readText(answer)).toBe(BRIEF_ANSWER);
    const toasts = page.getByText(w.errors.unreachable);
    const edit = conversation.getByRole("button", { name: w.changes.editMessage, exact: true });
    const remove = conversation.getByRole("button", { name: w.changes.deleteMessage, exact: true });
    const rename = async () => {
      await page.getByRole("button", { name: w.chat.actions("") }).click();
      await item(w.chat.rename).click();
    };
    await context.setOffline(true);
    for (const [index, start] of [() => edit.click(), () => remove.click(), rename].entries()) {
      await start();
      await eventually(() => toasts.count()).toBeGreaterThan(index);
    }
    expect(await readText(answer)).toBe(BRIEF_ANSWER);

    await context.setOffline(false);
    await rename();
    await dialog(w.chat.renameTitle).waitFor();
    await page.keyboard.press("Escape");
    await remove.click();
    await dialog(w.messageChanges.deleteMessageTitle).waitFor();
    await page.keyboard.press("Escape");
    await edit.click();
    await page.getByRole("textbox", { name: w.changes.editMessage }).waitFor();
    await button(w.common.cancel).click();
  });
});
