import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { type Words, words } from "./words.ts";

/** What a journey waits for may take this long on a busy machine, in milliseconds. */
const PATIENCE = 30_000;

/** What one person sees and does, by the names that stand on the screen in their language. */
export function screensOf(page: Page, w: Words = words.en) {
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  const field = (name: string) => page.getByLabel(name, { exact: true });
  const composer = page.getByRole("textbox", { name: w.chat.message });
  const conversation = page.getByRole("region", { name: w.chat.conversation, exact: true });
  const answers = page.getByRole("article").filter({
    has: page.getByRole("heading", { name: new RegExp(`^${w.chat.answer("")}`) }),
  });
  const account = page.getByRole("button", { name: new RegExp(`^${w.shell.account}: `) });

  return {
    w,
    button,
    field,
    composer,
    conversation,
    answers,
    /** The last answer that is shown. */
    answer: answers.last(),
    send: button(w.chat.send),
    stop: button(w.chat.stop),
    title: page.getByRole("heading", { level: 1 }),
    list: page.getByRole("navigation", { name: w.chat.list }),
    account,
    link: (name: string) => page.getByRole("link", { name, exact: true }),
    item: (name: string) => page.getByRole("menuitem", { name, exact: true }),
    dialog: (name: string) => page.getByRole("dialog", { name, exact: true }),
    alert: page.getByRole("alert"),

    async ask(text: string) {
      await composer.fill(text);
      await composer.press("Enter");
    },
    async register(person: { name: string; email: string; password: string }) {
      await field(w.register.name).fill(person.name);
      await field(w.login.email).fill(person.email);
      await field(w.login.password).fill(person.password);
      await button(w.register.submit).click();
    },
    async logIn(person: { email: string; password: string }) {
      await field(w.login.email).fill(person.email);
      await field(w.login.password).fill(person.password);
      await button(w.login.submit).click();
    },
    async logOut() {
      await account.click();
      await page.getByRole("menuitem", { name: w.shell.logout, exact: true }).click();
      await button(w.login.submit).waitFor();
    },
    /** Waits until nothing is being answered. */
    answered: () => button(w.chat.stop).waitFor({ state: "hidden", timeout: PATIENCE }),
    chatInList: (title: string) =>
      page
        .getByRole("navigation", { name: w.chat.list })
        .getByRole("link", { name: new RegExp(`^${title}`) }),
    async openChatMenu(title: string) {
      const menu = page.getByRole("button", { name: w.chat.actions(title), exact: true });
      await menu.first().hover();
      await menu.first().click();
    },
  };
}

export type Screens = ReturnType<typeof screensOf>;

/** The paragraphs of an answer as they stand on the screen. */
export async function readText(answer: Locator): Promise<string> {
  return (await answer.getByRole("paragraph").allTextContents()).join("\n\n").trim();
}

/** Waits until an answer is longer than it was; returns its text. */
export async function grown(answer: Locator, than = 0): Promise<string> {
  await expect
    .poll(async () => (await readText(answer)).length, { timeout: PATIENCE })
    .toBeGreaterThan(than);
  return readText(answer);
}

/** Waits until something on the screen is so, and fails with what it was instead. */
export function eventually<T>(read: () => Promise<T>) {
  return expect.poll(read, { timeout: PATIENCE, interval: 50 });
}
