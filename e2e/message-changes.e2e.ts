import { expect, test } from "vitest";
import { type Person, readReply, register } from "./support/clients.ts";
import { focused } from "./support/browser.ts";
import { eventually, grown, readText, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";
import { words } from "./support/words.ts";

const stage = useStage();
const w = words.en;
const ANSWER = "Hello from the fake model.";

async function talk(person: Person, ...texts: string[]): Promise<string> {
  const { chat } = await person.chats.createChat({});
  for (const text of texts) {
    const request = { requestId: crypto.randomUUID(), chatId: chat!.id, text };
    await readReply(person.messages.sendMessage(request));
  }
  return chat!.id;
}

test("a message is edited in its place, asked again, and both versions can be seen", async () => {
  const ana = await register(stage.url);
  const chatId = await talk(ana, "First question");
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open(`/c/${chatId}`);
    const { answer, button, conversation } = screensOf(page);
    await eventually(() => readText(answer)).toBe(ANSWER);
    await button(w.changes.editMessage).focus();
    await page.keyboard.press("Enter");
    const area = page.getByRole("textbox", { name: w.changes.editMessage });
    await area.waitFor();
    await eventually(() => focused(page)).toBe(w.changes.editMessage);
    await page.keyboard.press("Escape");
    await area.waitFor({ state: "hidden" });
    expect(await focused(page)).toBe(w.changes.editMessage);

    await page.keyboard.press("Enter");
    await area.fill("Second question");
    await page.keyboard.press("Control+Enter");
    await conversation.getByText("Second question", { exact: true }).waitFor();
    await eventually(() => readText(answer)).toBe(ANSWER);
    await conversation.getByText(w.chat.version("2", "2")).waitFor();
    await button(w.chat.previousVersion).click();
    await conversation.getByText("First question", { exact: true }).waitFor();
    await page.reload();
    await conversation.getByText("Second question", { exact: true }).waitFor();
  });
});

test("what is being edited outlives Escape and a reload, until it is cancelled", async () => {
  const ana = await register(stage.url);
  const chatId = await talk(ana, "First question");
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open(`/c/${chatId}`);
    const { button } = screensOf(page);
    const area = page.getByRole("textbox", { name: w.changes.editMessage });
    await button(w.changes.editMessage).click();
    await area.fill("Half a thought");
    await page.keyboard.press("Escape");
    await page.getByText(w.messageChanges.putAside).first().waitFor();
    await button(w.changes.editMessage).click();
    await page.reload();
    await area.waitFor();
    expect(await area.inputValue()).toBe("Half a thought");
    await button(w.common.cancel).click();
    await button(w.changes.editMessage).click();
    expect(await area.inputValue()).toBe("First question");
  });
});

test("an edit that does not get through stays, and goes through when tried again", async () => {
  const ana = await register(stage.url);
  const chatId = await talk(ana, "Before");
  await stage.visit({ as: ana }, async ({ page, open, problems }) => {
    problems.expect(/ERR_FAILED/);
    await open(`/c/${chatId}`);
    const { button, conversation } = screensOf(page);
    await button(w.changes.editMessage).click();
    const area = page.getByRole("textbox", { name: w.changes.editMessage });
    await area.fill("After");
    await page.route("**/EditMessage", (route) => route.abort());
    await button(w.messageChanges.askAgain).click();
    const alert = conversation.getByRole("alert");
    await alert.getByText(w.errors.unreachable).waitFor();
    expect(await area.inputValue()).toBe("After");
    await page.unroute("**/EditMessage");
    await alert.getByRole("button", { name: w.common.retry }).click();
    await conversation.getByText("After", { exact: true }).waitFor();
  });
});

test("an answer is edited by hand and says so", async () => {
  const ana = await register(stage.url);
  const chatId = await talk(ana, "Hello");
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open(`/c/${chatId}`);
    const { answer, button } = screensOf(page);
    await button(w.changes.editAnswer).click();
    await page.getByRole("textbox", { name: w.changes.editAnswer }).fill("In my own words.");
    await button(w.messageChanges.saveAnswer).click();
    await eventually(() => readText(answer)).toBe("In my own words.");
    await answer.getByText(w.chat.version("2", "2")).waitFor();
    expect(await answer.getByText(w.changes.edited).count()).toBe(1);
  });
});

test("a rating is kept, can be changed and taken back, and comes back when it fails", async () => {
  const ana = await register(stage.url);
  const chatId = await talk(ana, "Hello");
  await stage.visit({ as: ana }, async ({ page, open, problems }) => {
    problems.expect(/ERR_FAILED/);
    await open(`/c/${chatId}`);
    const { button } = screensOf(page);
    const pressed = (name: string) => button(name).getAttribute("aria-pressed");
    const stored = page.waitForResponse(/RateMessage/);
    await button(w.changes.good).click();
    await eventually(() => pressed(w.changes.good)).toBe("true");
    await (await stored).finished();
    await page.reload();
    await eventually(() => pressed(w.changes.good)).toBe("true");
    await page.route("**/RateMessage", (route) => route.abort());
    await button(w.changes.bad).click();
    await page.getByText(w.errors.unreachable).first().waitFor();
    expect([await pressed(w.changes.good), await pressed(w.changes.bad)]).toEqual([
      "true",
      "false",
    ]);
    await page.unroute("**/RateMessage");
    await button(w.changes.good).click();
    await eventually(() => pressed(w.changes.good)).toBe("false");
  });
});

test("a deletion says what goes with it, and then it is gone", async () => {
  const ana = await register(stage.url);
  const chatId = await talk(ana, "One", "Two");
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open(`/c/${chatId}`);
    const { button, conversation, dialog } = screensOf(page);
    await conversation.getByText("Two", { exact: true }).waitFor();
    await button(w.changes.deleteMessage).first().click();
    const ask = dialog(w.messageChanges.deleteMessageTitle);
    await ask.getByText(w.messageChanges.deleteFollowing(3)).waitFor();
    await page.keyboard.press("Escape");
    await ask.waitFor({ state: "hidden" });
    await button(w.changes.deleteMessage).last().click();
    await ask.getByText(w.messageChanges.deleteFollowing(1)).waitFor();
    await ask.getByRole("button", { name: w.common.delete }).click();
    await conversation.getByText("Two", { exact: true }).waitFor({ state: "hidden" });
    await eventually(() => focused(page)).toBe(w.chat.message);
    await page.reload();
    await conversation.getByText("One", { exact: true }).waitFor();
    expect(await conversation.getByText("Two", { exact: true }).count()).toBe(0);
  });
});

test("a stopped answer goes on as a new version that begins with what was there", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const { answer, ask, button, stop } = screensOf(page);
    await ask("sentinel:tokens=400,delay=20");
    await grown(answer, 10);
    await stop.click();
    await answer.getByText(w.chat.stopped).waitFor();
    const before = await readText(answer);
    await button(w.changes.continue).click();
    await answer.getByText(w.chat.version("2", "2")).waitFor();
    const after = await grown(answer, before.length);
    expect(after.startsWith(before)).toBe(true);
    await stop.or(answer.getByText(w.chat.redo)).first().waitFor();
  });
});

test("a question whose only answer was deleted is asked again, and a chat with it goes on", async () => {
  const ana = await register(stage.url);
  const chatId = await talk(ana, "First question");
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open(`/c/${chatId}`);
    const { answer, answers, ask, button, conversation, dialog } = screensOf(page);
    const deleteAnswer = async () => {
      await eventually(() => readText(answer)).toBe(ANSWER);
      await button(w.changes.deleteAnswer).click();
      const confirm = dialog(w.messageChanges.deleteAnswerTitle);
      await confirm.getByRole("button", { name: w.common.delete }).click();
      await answers.first().waitFor({ state: "hidden" });
    };
    await deleteAnswer();
    await button(w.changes.askUnanswered).click();
    await conversation.getByText(w.chat.version("2", "2")).waitFor();
    await deleteAnswer();
    await ask("Write a poem");
    await conversation.getByText("Write a poem", { exact: true }).waitFor();
    await conversation.getByText(w.chat.version("3", "3")).waitFor();
    await eventually(() => readText(answer)).toBe(ANSWER);
    await button(w.chat.previousVersion).click();
    await conversation.getByText("First question", { exact: true }).waitFor();
    await button(w.changes.askUnanswered).waitFor();
    expect(await answers.count()).toBe(0);
  });
});
