import { expect, test } from "vitest";
import type { Chat } from "#proto/prosa/chat/v1/chat_pb.ts";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { overflow } from "./support/browser.ts";
import { connect, register } from "./support/clients.ts";
import { eventually, grown, readText, type Screens, screensOf } from "./support/screens.ts";
import { useStage, type Visit } from "./support/stage.ts";
import { words } from "./support/words.ts";

// The demonstration model answers in the language in which it is asked.
const QUESTION = "Conte uma história longa";

const FIRST = { name: "Ana Souza", email: "ana@example.org", password: "a long password" };
const BY_TOUCH = "matchMedia('(pointer: coarse)').matches";
const PAPER = "getComputedStyle(document.documentElement).backgroundColor";

const stage = useStage({ engine: true });

test("somebody registers, asks, reloads in mid-answer, stops, asks again, leaves and comes back", () =>
  stage.visit({}, async (visit) => {
    await visit.open();
    const screens = screensOf(visit.page);
    const { admin, login } = screens.w;
    // Where there is no account yet, the first one is made before anybody can log in.
    await visit.page.getByText(admin.welcome.lead).waitFor();
    expect(new URL(visit.page.url()).pathname).toBe("/welcome");
    expect(await screens.link(login.title).count()).toBe(0);
    expect(await screens.button(login.submit).count()).toBe(0);
    await screens.register(FIRST);
    await visit.page.getByText(admin.welcome.demonstration("prosa-tiny")).waitFor();
    await screens.link(admin.welcome.begin).click();
    await walkMainJob(visit, screens, FIRST);
    expect((await stored(visit)).messages).toHaveLength(5);
  }));

test("the same in Portuguese, in the dark and on a narrow phone", () =>
  stage.visit(
    {
      locale: "pt-BR",
      colorScheme: "dark",
      viewport: { width: 360, height: 740 },
      hasTouch: true,
    },
    async (visit) => {
      const bia = { name: "Bia Lima", email: "bia@example.org", password: "uma senha longa" };
      await visit.open();
      expect(await visit.page.evaluate(BY_TOUCH)).toBe(true);
      const screens = screensOf(visit.page, words["pt-BR"]);
      await fits(visit);
      await screens.link(screens.w.login.register).click();
      await fits(visit);
      await screens.register(bia);
      await walkMainJob(visit, screens, bia);
      for (const path of ["/models", "/account", "/nowhere", "/"]) {
        await visit.open(path);
        await screens.title.waitFor({ state: "attached" });
        await fits(visit);
      }
      expect(await visit.page.evaluate("document.documentElement.lang")).toBe("pt-BR");
      const paper = await visit.page.evaluate(PAPER);
      expect(paper).toBe("rgb(22, 21, 18)");
    },
  ));

test("the demonstration model says what it is and offers a real one", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    const { w } = screensOf(page);
    await open();
    await page.getByText(/^This is prosa-tiny, a demonstration model/).waitFor();
    await open("/models");
    await page.getByText(w.models.demonstration("prosa-tiny")).waitFor();
    await page.getByText(w.models.embedded).waitFor();
    const installed = page.getByRole("region", { name: w.models.installed });
    expect(await installed.getByText(w.models.isDemonstration).count()).toBe(1);
    // Only the administrator, who came first, may install the one that is offered.
    expect(await page.getByRole("button", { name: w.models.recommend("1.3 GB") }).count()).toBe(0);
  });
  const { sessionToken: token } = await connect(stage.url).auth.login(FIRST);
  await stage.visit({ as: { token } }, async ({ page, open }) => {
    const { w } = screensOf(page);
    await open("/models");
    await page.getByRole("button", { name: w.models.recommend("1.3 GB") }).waitFor();
  });
});

async function fits(visit: Visit) {
  expect(await overflow(visit.page), visit.page.url()).toBeLessThanOrEqual(0);
}

async function openSidebar(visit: Visit, screens: Screens) {
  const opener = screens.button(screens.w.shell.openSidebar);
  if (await opener.isVisible()) await opener.click();
  await fits(visit);
}

/** What the server has stored of the newest chat, read by a client of its own. */
async function stored({ context }: Visit) {
  const cookie = (await context.cookies()).find(({ name }) => name === "prosa_session");
  const client = connect(stage.url, cookie?.value);
  const { chats } = await client.chats.listChats({});
  const [chat] = chats as [Chat];
  const { messages } = await client.messages.listMessages({ chatId: chat.id });
  return { chat, messages, plain: (at: number) => toPlain(messages[at]!.text) };
}

/** The story of the model knows no Markdown but bold words and paragraphs. */
const toPlain = (text: string) => text.replaceAll("**", "").trim();

async function walkMainJob(
  visit: Visit,
  screens: Screens,
  who: { name: string; email: string; password: string },
) {
  const { page } = visit;
  const { w, answer, answers, stop } = screens;
  await screens.composer.waitFor();
  await fits(visit);
  const byTouch = await page.evaluate<boolean>(BY_TOUCH);
  expect(await page.getByText(w.chat.keysHint).isVisible()).toBe(!byTouch);

  await screens.ask(QUESTION);
  const early = await grown(answer);
  const later = await grown(answer, early.length);
  await page.reload();
  await grown(answer, later.length);
  await fits(visit);
  await screens.answered();
  await eventually(async () => (await stored(visit)).messages[1]?.status).toBe(Status.COMPLETE);
  expect(toPlain(await readText(answer))).toBe((await stored(visit)).plain(1));
  await eventually(() => screens.title.textContent()).toBe((await stored(visit)).chat.title);

  await screens.ask(QUESTION);
  await grown(answers.nth(1));
  await stop.click();
  await answer.getByText(w.chat.stopped).waitFor();
  const kept = await readText(answer);
  expect((await stored(visit)).messages[3]).toMatchObject({ status: Status.STOPPED });
  await answer.getByRole("button", { name: w.chat.redo }).first().click();
  await answer.getByText(w.chat.version("2", "2")).waitFor();
  await screens.answered();
  const again = await readText(answer);
  expect(again.length).toBeGreaterThan(kept.length);
  await answer.getByRole("button", { name: w.chat.previousVersion }).click();
  await answer.getByText(w.chat.stopped).waitFor();
  expect(await readText(answer)).toBe(kept);
  await answer.getByRole("button", { name: w.chat.nextVersion }).click();
  await eventually(() => readText(answer)).toBe(again);
  await fits(visit);

  await openSidebar(visit, screens);
  await screens.logOut();
  await screens.logIn(who);
  await screens.composer.waitFor();
  await openSidebar(visit, screens);
  const { chat, plain } = await stored(visit);
  await screens.chatInList(chat.title).click();
  await eventually(() => answers.count()).toBe(2);
  await eventually(async () => toPlain(await readText(answers.first()))).toBe(plain(1));
  expect(toPlain(await readText(answer))).toBe(plain(4));
  await fits(visit);
}
