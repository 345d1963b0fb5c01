import { expect, test } from "vitest";
import { fakeTitle, makePieces } from "../server/testing/fake-answer.ts";
import { focused, LOST_CONNECTION } from "./support/browser.ts";
import { connect, type Person, readReply, register } from "./support/clients.ts";
import { eventually, grown, readText, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage({ env: { OLLAMA_PARALLEL: "4" } });
const SLOW = "sentinel:tokens=150,delay=40";
const SLOW_ANSWER = makePieces(150).join("").trim();

/** Gives somebody a chat with a whole answer and a title of its own. */
async function addChat(person: Person, title: string): Promise<string> {
  const { chat } = await person.chats.createChat({});
  const request = { requestId: crypto.randomUUID(), chatId: chat!.id, text: `About ${title}` };
  await readReply(person.messages.sendMessage(request));
  await person.chats.updateChat({ chatId: chat!.id, title });
  return chat!.id;
}

test("a title made by the model appears over the chat and in the list, and can be changed", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const screens = screensOf(page);
    const { w } = screens;
    await screens.composer.waitFor();
    // Text from elsewhere may hold a NUL, which no keyboard types.
    await page.evaluate(`(() => {
      const area = document.querySelector("textarea");
      area.value = "Hel\\0lo";
      area.dispatchEvent(new InputEvent("input", { bubbles: true }));
    })()`);
    await screens.composer.press("Enter");
    await page.getByText("Hello", { exact: true }).first().waitFor();
    await eventually(() => screens.title.textContent()).toBe(fakeTitle);
    await screens.chatInList(fakeTitle).waitFor();
    expect(await page.title()).toContain(fakeTitle);

    await screens.openChatMenu(fakeTitle);
    await screens.item(w.chat.rename).click();
    await screens.field(w.chat.title).fill("Greetings");
    await screens.button(w.common.save).click();
    await eventually(() => screens.title.textContent()).toBe("Greetings");
    await screens.chatInList("Greetings").waitFor();
    await page.reload();
    await eventually(() => screens.title.textContent()).toBe("Greetings");
  });
});

test("a deleted chat goes at once, stays away after a reload, and comes back by undo", async () => {
  const ana = await register(stage.url);
  const id = await addChat(ana, "Boats");
  await addChat(ana, "Rivers");
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open(`/c/${id}`);
    const screens = screensOf(page);
    const { w } = screens;
    const remove = async (title: string) => {
      await screens.openChatMenu(title);
      await screens.item(w.common.delete).click();
      await page.getByText(w.chat.deleted(title)).first().waitFor();
    };
    await screens.chatInList("Boats").waitFor();
    await remove("Boats");
    await screens.chatInList("Boats").waitFor({ state: "detached" });
    expect(new URL(page.url()).pathname).toBe("/");
    expect(await focused(page)).not.toBe("body");
    await screens.button(w.common.undo).click();
    await screens.chatInList("Boats").waitFor();
    expect(new URL(page.url()).pathname).toBe(`/c/${id}`);
    await screens.answer.waitFor();

    await remove("Boats");
    await page.reload();
    await screens.chatInList("Rivers").waitFor();
    expect(await screens.chatInList("Boats").count()).toBe(0);
    await open(`/c/${id}`);
    await page.getByText(w.chat.missing).waitFor();
    await screens.button(w.chat.bringBack).click();
    await screens.chatInList("Boats").waitFor();
    await screens.answer.waitFor();
    expect(await focused(page)).toBe(w.chat.message);

    await open(`/c/${crypto.randomUUID()}`);
    await screens.button(w.chat.bringBack).click();
    await page.getByText(w.chat.gone).waitFor();
  });
});

test("a new chat is begun by the link and by the keys, and the list is grouped by day", async () => {
  const ana = await register(stage.url);
  const id = await addChat(ana, "Mornings");
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open(`/c/${id}`);
    const screens = screensOf(page);
    const { w } = screens;
    const today = page.getByRole("region", { name: w.chat.groups.today });
    await today.getByRole("link", { name: "Mornings" }).waitFor();
    await screens.answer.waitFor();
    await page.getByRole("link", { name: new RegExp(`^${w.chat.newChat}`) }).click();
    await page.waitForURL(`${stage.url}/`);
    await page.getByRole("button", { name: w.chat.prompts[0]! }).waitFor();
    expect(await focused(page)).toBe(w.chat.message);
    await screens.account.focus();
    await page.keyboard.press("Control+Shift+O");
    await eventually(() => focused(page)).toBe(w.chat.message);
    await page.getByRole("link", { name: new RegExp(`^${w.chat.newChat}`) }).click();
    await eventually(() => focused(page)).toBe(w.chat.message);

    await page.goBack();
    await screens.answer.waitFor();
    await page.keyboard.press("Control+Shift+O");
    await page.waitForURL(`${stage.url}/`);
    await page.getByRole("button", { name: w.chat.prompts[0]! }).click();
    await screens.answer.waitFor();
    await eventually(() => today.getByRole("link").count()).toBe(2);
  });
});

test("somebody reads another chat while an answer runs, and finds it whole when they come back", async () => {
  const ana = await register(stage.url);
  const quiet = await addChat(ana, "Quiet");
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const screens = screensOf(page);
    await screens.ask(SLOW);
    await grown(screens.answer, 20);
    const running = page.url();
    await screens.chatInList("Quiet").click();
    await page.waitForURL(`**/c/${quiet}`);
    await eventually(() => readText(screens.answer)).toContain("Hello from");
    await screens.send.waitFor();
    await page.goBack();
    await page.waitForURL(running);
    await grown(screens.answer, 40);
    await screens.chatInList("Quiet").click();
    await page.getByText(screens.w.chat.unread).waitFor();
    await page.goBack();
    await eventually(() => readText(screens.answer)).toBe(SLOW_ANSWER);
    expect(await page.getByText(screens.w.chat.unread).count()).toBe(0);
  });
});

test("a draft survives a reload, in each chat its own, and goes when it is sent", async () => {
  const ana = await register(stage.url);
  const id = await addChat(ana, "Notes");
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const { composer, answers, ask } = screensOf(page);
    await composer.fill("half a thought\nand its end");
    await open(`/c/${id}`);
    expect(await composer.inputValue()).toBe("");
    await composer.fill("another one");
    await page.reload();
    await eventually(() => composer.inputValue()).toBe("another one");
    await open();
    await eventually(() => composer.inputValue()).toBe("half a thought\nand its end");
    await ask("now it goes");
    await answers.first().waitFor();
    expect(await composer.inputValue()).toBe("");
    await open();
    await composer.waitFor();
    expect(await composer.inputValue()).toBe("");
  });
});

test("two tabs keep each its own draft over a reload", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const one = screensOf(page).composer;
    await one.fill("from one");
    const tab = await page.context().newPage();
    await tab.goto(stage.url);
    const two = screensOf(tab).composer;
    await two.waitFor();
    expect(await two.inputValue()).toBe("");
    await two.fill("from two");
    await page.reload();
    await eventually(() => one.inputValue()).toBe("from one");
    await tab.reload();
    await eventually(() => two.inputValue()).toBe("from two");
    await tab.close({ runBeforeUnload: true });
  });
});

test("a draft outlives a session that ended by itself, and a logout leaves nothing of it", async () => {
  const ana = await register(stage.url);
  const kept = "JSON.stringify([localStorage, sessionStorage])";
  await stage.visit({ as: ana }, async ({ page, open, problems }) => {
    problems.expect(/401/);
    await open();
    const screens = screensOf(page);
    const { composer, button, w } = screens;
    await composer.fill("nobody else shall read this");
    await ana.auth.logout({});
    await page.reload();
    await button(w.login.submit).waitFor();
    expect(await page.evaluate(kept)).toContain("nobody else shall read this");
    await screens.logIn(ana);
    await eventually(() => composer.inputValue()).toBe("nobody else shall read this");
    await screens.logOut();
    expect(await page.evaluate(kept)).not.toContain("nobody else shall read this");
    await screens.logIn(ana);
    await composer.waitFor();
    expect(await composer.inputValue()).toBe("");
  });
});

test("a message that could not be sent keeps its text, and is stored once when it is sent again", async () => {
  const ana = await register(stage.url);
  const id = await addChat(ana, "Weather");
  await stage.visit({ as: ana }, async ({ page, open, problems }) => {
    problems.expect(LOST_CONNECTION);
    await open(`/c/${id}`);
    const screens = screensOf(page);
    const { w } = screens;
    await screens.answer.waitFor();
    await stage.killServer();
    await screens.ask("will it rain?");
    const sent = page.getByRole("article").filter({ hasText: "will it rain?" });
    await sent.waitFor();
    expect(await screens.composer.inputValue()).toBe("");
    await screens.alert.filter({ hasText: w.errors.unreachable }).waitFor();
    await page.getByText(w.shell.serverLost).waitFor();
    expect(await sent.count()).toBe(1);

    await stage.restartServer();
    await sent.getByRole("button", { name: w.common.retry }).click();
    await eventually(() => screens.answers.count()).toBe(2);
    await screens.answered();
    await eventually(() => readText(screens.answer)).toContain("Hello from");
    await page.getByText(w.shell.serverLost).waitFor({ state: "hidden" });
    expect(await sent.count()).toBe(1);
    const { messages } = await connect(stage.url, ana.token).messages.listMessages({ chatId: id });
    expect(messages.map(({ text }) => text).filter((text) => text === "will it rain?")).toEqual([
      "will it rain?",
    ]);
  });
});

test("an unsent first message outlives a reload and begins its chat when it is sent again", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open, problems }) => {
    problems.expect(LOST_CONNECTION);
    await open();
    const screens = screensOf(page);
    const { w } = screens;
    await screens.composer.waitFor();
    await stage.killServer();
    await screens.ask("first words");
    await screens.alert.filter({ hasText: w.errors.unreachable }).waitFor();
    await stage.restartServer();
    await page.reload();
    await page.getByText("first words").waitFor();
    await screens.alert.getByRole("button", { name: w.common.retry }).click();
    await page.waitForURL(/\/c\//);
    await eventually(() => readText(screens.answer)).toContain("Hello from");
    const { chats } = await connect(stage.url, ana.token).chats.listChats({});
    expect(chats).toHaveLength(1);
  });
});
