import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { focused, LOST_CONNECTION, overflow } from "./support/browser.ts";
import { type Person, readReply, register } from "./support/clients.ts";
import { eventually, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";
import { type Words, words } from "./support/words.ts";

const stage = useStage();

async function say(person: Person, chatId: string, text: string, parentId = "") {
  const request = { requestId: randomUUID(), chatId, parentId, text };
  return (await readReply(person.messages.sendMessage(request))).finished!;
}

async function newChat(person: Person, title: string) {
  return (await person.chats.createChat({ title })).chat!.id;
}

function searchOf(page: Page, w: Words = words.en) {
  const results = page.getByRole("region", { name: /result/i });
  return {
    field: page.getByRole("textbox", { name: w.search.label }),
    results,
    result: results.getByRole("link"),
    marks: results.locator("mark"),
  };
}

/** Whether something lies in the part of the conversation that can be seen. */
const isInView = (page: Page, text: string) =>
  page.evaluate<boolean>(`[...document.querySelectorAll("article")].some((it) => {
    const { top, bottom } = it.getBoundingClientRect();
    const shown = top < innerHeight - 150 && bottom > 52;
    return shown && it.textContent.includes(${JSON.stringify(text)});
  })`);

test("words lead from anywhere to the message, in its version, and back, by keys alone", async () => {
  const ana = await register(stage.url);
  const chatId = await newChat(ana, "Frutas do quintal");
  const hello = await say(ana, chatId, "Oi");
  // Two versions of what follows, the first one long enough for its beginning to be far up.
  await say(ana, chatId, "As jabuticabas amadurecem em setembro.", hello.id);
  for (let n = 0; n < 8; n += 1) await say(ana, chatId, `sentinel:tokens=150 pergunta ${n}`);
  await say(ana, chatId, "Os cajus amadurecem em dezembro.", hello.id);

  await stage.visit({ as: ana }, async ({ page, open }) => {
    const { composer, title, w } = screensOf(page);
    const { field, result, marks } = searchOf(page);
    await open("/account");
    await title.waitFor();
    await page.keyboard.press("Control+k");
    await eventually(() => focused(page)).toBe(w.search.label);
    await page.keyboard.type("JABUTICABA");
    await result.first().waitFor();
    expect(await marks.allTextContents()).toEqual(["jabuticabas"]);
    await eventually(() => page.evaluate("location.search")).toBe("?q=JABUTICABA");
    await page.keyboard.press("ArrowDown");
    await eventually(() => focused(page)).toContain("As jabuticabas amadurecem");
    await page.keyboard.press("ArrowUp");
    await eventually(() => focused(page)).toBe(w.search.label);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");

    await composer.waitFor();
    await eventually(() => isInView(page, "As jabuticabas amadurecem")).toBe(true);
    await eventually(() => focused(page)).toContain("As jabuticabas amadurecem");
    expect(page.url()).toContain(`/c/${chatId}?m=`);

    await page.goBack();
    await result.first().waitFor();
    expect(await field.inputValue()).toBe("JABUTICABA");
    await eventually(() => focused(page)).toContain("As jabuticabas amadurecem");
    await page.goForward();
    await eventually(() => isInView(page, "As jabuticabas amadurecem")).toBe(true);
    await page.keyboard.press("Control+k");
    await eventually(() => focused(page)).toBe(w.search.label);
    await page.keyboard.press("Escape");
    await eventually(() => page.evaluate("location.pathname")).toBe(`/c/${chatId}`);

    // Enter does not wait for the arrows, nor for the results.
    await page.keyboard.press("Control+k");
    await eventually(() => focused(page)).toBe(w.search.label);
    await field.fill("cajus");
    await page.keyboard.press("Enter");
    await eventually(() => isInView(page, "Os cajus amadurecem")).toBe(true);
    await eventually(() => focused(page)).toContain("Os cajus amadurecem");
  });
});

test("a message of the chat that is open, another version of it, and one that is gone", async () => {
  const ana = await register(stage.url);
  const chatId = await newChat(ana, "Versões");
  const reply = await say(ana, chatId, "sentinel:tokens=30");
  const request = { requestId: randomUUID(), messageId: reply.id };
  await readReply(ana.messages.regenerateReply(request));
  await stage.visit({ as: ana }, async ({ page, open }) => {
    const { answer, w } = screensOf(page);
    await open(`/c/${chatId}`);
    await answer.getByText(w.chat.version("2", "2")).waitFor();
    await open(`/c/${chatId}?m=${reply.id}`);
    await answer.getByText(w.chat.version("1", "2")).waitFor();
    await open(`/c/${chatId}?m=${randomUUID()}`);
    await page.getByText(w.chat.messageGone).waitFor();
    expect(await answer.getByText(w.chat.version("2", "2")).count()).toBe(1);
  });
});

test("pages of results follow one another, and a title leads to its chat", async () => {
  const ana = await register(stage.url);
  const title = "Receitas de moqueca";
  const chatId = await newChat(ana, title);
  for (let n = 1; n < 25; n += 1) await newChat(ana, `Moquecas, parte ${n}`);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    const { button, title: heading, w } = screensOf(page);
    const { result } = searchOf(page);
    await open("/search?q=moqueca");
    await eventually(() => result.count()).toBe(20);
    await page.getByRole("heading", { name: w.search.found(20, true) }).waitFor();
    await button(w.common.more).click();
    await eventually(() => result.count()).toBe(25);
    await eventually(() => focused(page)).toContain("Moquecas, parte 4");
    await result.last().click();
    await eventually(() => heading.textContent()).toBe(title);
    expect(new URL(page.url()).pathname).toBe(`/c/${chatId}`);
  });
});

test("what cannot be searched, what is not there and what fails is told in its place", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open, problems }) => {
    problems.expect(LOST_CONNECTION);
    const { alert, button, w } = screensOf(page);
    const { field } = searchOf(page);
    await open("/search");
    await page.getByText(w.search.hint).waitFor();
    await field.fill("before:ontem");
    await alert.getByText(w.errors.reasons.BAD_QUERY({ part: "before:ontem" })).waitFor();
    await field.fill("nada disso");
    await page.getByText(w.search.nothing("nada disso")).waitFor();
    await page.route("**/SearchMessages", (route) => route.abort("connectionrefused"));
    await field.fill("tapioca");
    await alert.getByText(w.errors.unreachable).waitFor();
    await page.unroute("**/SearchMessages");
    await button(w.common.retry).click();
    await page.getByText(w.search.nothing("tapioca")).waitFor();
    await button(w.common.clear).click();
    await page.getByText(w.search.hint).waitFor();
    await eventually(() => focused(page)).toBe(w.search.label);
    expect(await page.evaluate("location.search")).toBe("");
  });
});

test("on a phone the search is in the drawer and fits, in Portuguese too", async () => {
  const w = words["pt-BR"];
  const ana = await register(stage.url);
  await ana.users.updateCurrentUser({ locale: "pt-BR" });
  const chatId = await newChat(ana, "Uma conversa com um título comprido demais para um telefone");
  await say(ana, chatId, `Um endereço: https://exemplo.org/${"caminho/".repeat(30)} e tapiocas.`);
  const look = { viewport: { width: 360, height: 740 }, hasTouch: true, locale: "pt-BR" };
  await stage.visit({ as: ana, ...look }, async ({ page, open }) => {
    const { button, title } = screensOf(page, w);
    const { field, result } = searchOf(page, w);
    await open("/account");
    await button(w.shell.openSidebar).click();
    await page.getByRole("link", { name: new RegExp(`^${w.shell.search}`) }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await eventually(() => title.textContent()).toBe(w.shell.search);
    expect(await overflow(page)).toBe(0);
    await field.fill("tapioca");
    await result.first().waitFor();
    expect(await overflow(page)).toBe(0);
    await result.first().click();
    await eventually(() => isInView(page, "e tapiocas.")).toBe(true);
  });
});
