import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { startFakeOllama } from "../server/testing/fake-ollama.ts";
import { type Fault, faultsOf } from "./support/axe.ts";
import { beginReply, type Person, readReply, register } from "./support/clients.ts";
import { eventually, screensOf } from "./support/screens.ts";
import { useStage, type Visit } from "./support/stage.ts";
import { words } from "./support/words.ts";

const stage = useStage({ env: { OLLAMA_PARALLEL: "2" } });

/** Collects what axe has against one screen after the other. */
function createCheck(page: Page) {
  const faults: (Fault & { screen: string })[] = [];
  const check = async (screen: string) => {
    const found = await faultsOf(page);
    faults.push(...found.map((fault) => ({ screen, ...fault })));
  };
  return { faults, check };
}

type Check = (screen: string) => Promise<void>;

async function say(person: Person, chatId: string, text: string) {
  const request = { requestId: crypto.randomUUID(), chatId, text };
  return readReply(person.messages.sendMessage(request));
}

/** A chat with everything that an answer can be: whole, thoughtful, stopped, failed, asked again. */
async function chatOfAllStates(person: Person): Promise<string> {
  const { chat } = await person.chats.createChat({ model: "fake-think:1b" });
  const chatId = chat!.id;
  await say(person, chatId, "sentinel:thinking,tokens=200,pieces=markdown");
  const { finished } = await say(person, chatId, "sentinel:tokens=20");
  const requestId = crypto.randomUUID();
  await readReply(person.messages.regenerateReply({ requestId, messageId: finished!.id }));
  await say(person, chatId, "sentinel:error-midway");
  const slow = { requestId: crypto.randomUUID(), chatId, text: "sentinel:tokens=500,delay=20" };
  for await (const { event } of person.messages.sendMessage(slow)) {
    if (event.case !== "accepted") continue;
    await person.messages.stopReply({ messageId: event.value.reply!.id });
  }
  return chatId;
}

const looks = [
  { colorScheme: "light" as const, viewport: { width: 1280, height: 800 } },
  { colorScheme: "dark" as const, viewport: { width: 1280, height: 800 } },
  { colorScheme: "light" as const, viewport: { width: 360, height: 740 } },
];
const name = ({ colorScheme, viewport }: (typeof looks)[number]) =>
  `${colorScheme}, ${viewport.width} px`;

let admin: Person;
let chatId: string;

test("the first account is made on a page without faults", async () => {
  await stage.visit({}, async ({ page, open }) => {
    const { faults, check } = createCheck(page);
    const { button, w } = screensOf(page);
    await open("/welcome");
    await page.getByText(w.admin.welcome.lead).waitFor();
    await check("first registration");
    await button(w.register.submit).click();
    await page.getByText(w.fields.name).waitFor();
    await check("registration with errors");
    expect(faults).toEqual([]);
  });
  admin = await register(stage.url);
  chatId = await chatOfAllStates(admin);
});

test.each(looks.map((look) => [name(look), look] as const))(
  "the screens of a stranger have no faults: %s",
  (_, look) =>
    stage.visit(look, async ({ page, open }) => {
      const { faults, check } = createCheck(page);
      const { button, w } = screensOf(page);
      await open("/login");
      await button(w.login.submit).waitFor();
      await check("login");
      await button(w.login.submit).click();
      await page.getByText(w.fields.emailMissing).waitFor();
      await check("login with errors");
      await open("/register");
      await button(w.register.submit).waitFor();
      await check("register");
      expect(faults).toEqual([]);
    }),
);

test.each(looks.map((look) => [name(look), look] as const))(
  "the screens of somebody signed in have no faults: %s",
  (_, look) =>
    stage.visit({ as: admin, ...look }, async (visit) => {
      const { faults, check } = createCheck(visit.page);
      await visitScreens(visit, check);
      await visitAnswers(visit, check);
      await visitChanges(visit, check);
      await visitApi(visit, check);
      expect(faults).toEqual([]);
    }),
);

async function visitScreens({ page, open }: Visit, check: Check) {
  const { composer, field, title, button, w } = screensOf(page);
  await open();
  await page.getByRole("button", { name: w.chat.prompts[0]! }).waitFor();
  await composer.fill("a draft");
  await check("empty chat");
  await page.getByRole("button", { name: new RegExp(`^${w.model.label}: `) }).click();
  await page.getByRole("menuitemradio").first().waitFor();
  await check("menu");
  await open("/account");
  await page.getByText(w.account.thisDevice).first().waitFor();
  await check("account");
  await button(w.tokens.create).click();
  await field(w.tokens.name).fill("A program");
  await check("new access token");
  await button(w.tokens.submit).click();
  await field(w.tokens.token).waitFor();
  await check("an access token that was made");
  await button(w.deletion.open).click();
  await page.getByRole("dialog").waitFor();
  await check("deletion of the account");
  await open("/admin/users");
  await page
    .getByRole("button", { name: w.admin.users.actions("Ana") })
    .first()
    .click();
  await check("users");
  await page.getByRole("menuitem", { name: w.admin.users.changes.disable.label }).click();
  await button(w.admin.users.changes.disable.label).click();
  await page.getByText(w.errors.reasons.LAST_ADMIN({})).waitFor();
  await check("the last administrator");
  await open("/models");
  await page.getByText("fake:1b").first().waitFor();
  await field(w.models.addLabel).fill("offline:1b");
  await button(w.models.install).click();
  await page.getByText(w.errors.reasons.PULL_UNREACHABLE({})).waitFor();
  await check("models");
  await button(w.models.deleteModel("fake:1b")).click();
  await page.getByRole("dialog").waitFor();
  await check("dialog");
  await open("/search");
  await page.getByText(w.search.hint).waitFor();
  await check("search");
  await field(w.search.label).fill("model:fake-think");
  await page.getByRole("region").getByRole("link").first().waitFor();
  await check("search results");
  await open("/nowhere");
  await title.waitFor();
  await check("not found");
  await open(`/c/${crypto.randomUUID()}`);
  await page.getByText(w.chat.missing).waitFor();
  await check("chat not found");
}

async function visitAnswers({ page, open }: Visit, check: Check) {
  const { answer, answers, button, composer, w } = screensOf(page);
  await open(`/c/${chatId}`);
  await answer.getByText(w.chat.stoppedEarly).or(answer.getByText(w.chat.stopped)).waitFor();
  await answers.first().getByText(w.chat.thought).click();
  await check("all states");
  const opener = button(w.shell.openSidebar);
  if (await opener.isVisible()) {
    await opener.click();
    await page.getByRole("dialog").waitFor();
    await check("drawer");
    await page.keyboard.press("Escape");
  }
  const running = await beginReply(admin, "sentinel:tokens=2000,delay=20", 10);
  const second = await beginReply(admin, "sentinel:tokens=2000,delay=20", 10);
  await open(`/c/${running.chatId}`);
  await button(w.chat.stop).waitFor();
  await eventually(() => answer.getByRole("paragraph").count()).toBe(1);
  await check("an answer that is being written");
  await open();
  await composer.fill("Hello");
  await composer.press("Enter");
  await answer.getByText(w.chat.queued(1)).waitFor();
  await check("in line");
  for (const { id } of [running, second]) await admin.messages.stopReply({ messageId: id });
  await button(w.chat.stop).waitFor({ state: "hidden" });
}

async function visitChanges({ page, open }: Visit, check: Check) {
  const { answers, button, w } = screensOf(page);
  await open(`/c/${chatId}`);
  await button(w.changes.editMessage).first().click();
  await page.getByRole("textbox", { name: w.changes.editMessage }).waitFor();
  await check("a message that is being edited");
  await page.keyboard.press("Escape");
  await answers.first().getByRole("button", { name: w.changes.deleteAnswer }).click();
  await page.getByRole("dialog").waitFor();
  await check("deletion of an answer");
  await page.keyboard.press("Escape");
}

async function visitApi({ page, open }: Visit, check: Check) {
  await open("/api#prosa.chat.v1.MessageService.SendMessage");
  await page.getByText(words.en.api.example).waitFor();
  await page.getByRole("button", { name: words.en.api.wire.turnOn }).click();
  await page.getByText(words.en.api.wire.on).waitFor();
  await check("API page with an open method");
  await page.getByRole("button", { name: words.en.api.wire.open }).click();
  await check("no call yet");
  await open("/account");
  await page.getByRole("button", { name: words.en.api.wire.open }).click();
  await page
    .getByRole("button", { name: /^GetCurrentUser/ })
    .first()
    .click();
  await page.getByText(words.en.api.wire.requestHeaders).waitFor();
  await check("a call in the wire inspector");
  await open("/api");
  await page.getByRole("button", { name: words.en.api.wire.turnOff }).click();
}

test("a list of models that cannot be fetched is told without faults", async () => {
  const { port } = stage.ollama;
  await stage.ollama.close();
  await stage.visit({ as: admin, locale: "pt-BR" }, async ({ page, open }) => {
    const { faults, check } = createCheck(page);
    await open("/models");
    await page.getByRole("alert").getByText(words.en.models.unavailable).waitFor();
    await check("no models");
    expect(faults).toEqual([]);
  });
  await using back = await startFakeOllama({ port });
  expect(back.port).toBe(port);
});

test("the Portuguese screens say in which language they are", async () => {
  const w = words["pt-BR"];
  await stage.visit({ locale: "pt-BR" }, async ({ page, open }) => {
    const { faults, check } = createCheck(page);
    await open("/login");
    await page.getByRole("button", { name: w.login.submit, exact: true }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("pt-BR");
    await check("login in Portuguese");
    expect(faults).toEqual([]);
  });
});
