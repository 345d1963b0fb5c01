import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makePieces } from "../server/testing/fake-answer.ts";
import { focused } from "./support/browser.ts";
import { readReply, register } from "./support/clients.ts";
import { eventually, grown, readText, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();
const MOST_STEPS = 60;

/** Presses Tab until something of this name has the focus, and checks that it can be seen there. */
async function tabTo(page: Page, name: string | RegExp, key = "Tab") {
  const passed: string[] = [];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    passed.push(now);
    if (typeof name === "string" ? now === name : name.test(now)) {
      expect(await focusIsVisible(page), now).toBe(true);
      return;
    }
  }
  throw new Error(`Tab never came to ${name}, only to ${passed.join(" | ")}`);
}

/** Whether the focused element or what stands around it is drawn differently from an unfocused one. */
const focusIsVisible = (page: Page) =>
  page.evaluate<boolean>(`(() => {
    const drawn = (it) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(it);
      return outlineStyle !== "none" && outlineWidth !== "0px";
    };
    const it = document.activeElement;
    if (drawn(it)) return true;
    // A writing place shows its caret, and the card around it a darker edge.
    return it.matches("textarea") || drawn(it.parentElement);
  })()`);

/** After an action the focus must be somewhere, since the next key would otherwise go nowhere. */
async function keepsFocus(page: Page) {
  await eventually(() => focused(page)).not.toBe("body");
}

test("somebody logs in, asks, stops, renames and deletes with the keyboard alone", async () => {
  const ana = await register(stage.url);
  await stage.visit({}, async ({ page, open }) => {
    await open();
    const screens = screensOf(page);
    const { w, answer } = screens;
    await screens.button(w.login.submit).waitFor();
    await eventually(() => focused(page)).toBe(w.login.email);
    await page.keyboard.type(ana.email);
    await tabTo(page, w.login.password);
    await page.keyboard.type(ana.password);
    await page.keyboard.press("Enter");
    await screens.composer.waitFor();
    await eventually(() => focused(page)).toBe(w.chat.message);

    await page.keyboard.type("sentinel:tokens=400,delay=30");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("and a second line");
    await page.keyboard.press("Enter");
    await grown(answer);
    expect(await focused(page)).toBe(w.chat.message);
    await tabTo(page, w.chat.stop);
    await page.keyboard.press("Enter");
    await answer.getByText(w.chat.stopped).waitFor();
    await keepsFocus(page);
    await page.keyboard.type("Hello");
    await page.keyboard.press("Enter");
    await eventually(() => readText(answer)).toBe("Hello from the fake model.");

    const title = (await screens.title.textContent()) ?? "";
    await tabTo(page, w.chat.actions(title));
    await page.keyboard.press("Enter");
    await eventually(() => focused(page)).toBe(w.chat.rename);
    await page.keyboard.press("Escape");
    await eventually(() => focused(page)).toBe(w.chat.actions(title));
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await eventually(() => focused(page)).toBe(w.chat.title);
    await page.keyboard.press("Control+A");
    await page.keyboard.type("By keys");
    await page.keyboard.press("Enter");
    await screens.dialog(w.chat.renameTitle).waitFor({ state: "hidden" });
    await eventually(() => screens.title.textContent()).toBe("By keys");
    await keepsFocus(page);

    await tabTo(page, w.chat.actions("By keys"));
    await page.keyboard.press("Enter");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await screens.chatInList("By keys").waitFor({ state: "detached" });
    await keepsFocus(page);
    await tabTo(page, w.common.undo);
    await page.keyboard.press("Enter");
    await screens.chatInList("By keys").waitFor();
    expect(await focused(page)).not.toBe("body");
  });
});

test("a chat is opened, its versions are changed, and the page is left, by keys", async () => {
  const ana = await register(stage.url);
  const { chat } = await ana.chats.createChat({});
  const text = "sentinel:tokens=20";
  const request = { requestId: crypto.randomUUID(), chatId: chat!.id, text };
  const { finished } = await readReply(ana.messages.sendMessage(request));
  await ana.chats.updateChat({ chatId: chat!.id, title: "Waiting" });
  await readReply(
    ana.messages.regenerateReply({ requestId: crypto.randomUUID(), messageId: finished!.id }),
  );
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const { answer, chatInList, composer, button, w } = screensOf(page);
    await chatInList("Waiting").waitFor();
    await tabTo(page, "Waiting");
    await page.keyboard.press("Enter");
    await eventually(() => readText(answer)).toBe(makePieces(20).join("").trim());
    await eventually(() => focused(page)).toBe(w.chat.message);
    await tabTo(page, w.chat.previousVersion, "Shift+Tab");
    await page.keyboard.press("Enter");
    await answer.getByText(w.chat.version("1", "2")).waitFor();
    await keepsFocus(page);
    await tabTo(page, w.chat.nextVersion);
    await page.keyboard.press("Space");
    await answer.getByText(w.chat.version("2", "2")).waitFor();
    await keepsFocus(page);

    await tabTo(page, new RegExp(`^${w.model.label}: `));
    await page.keyboard.press("Enter");
    await eventually(() => focused(page)).toBe("fake-think:1b");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await eventually(async () => (await ana.chats.getChat({ chatId: chat!.id })).chat!.model).toBe(
      "fake:1b",
    );
    await keepsFocus(page);

    const before = await readText(answer);
    await composer.focus();
    await page.keyboard.type("sentinel:tokens=500,delay=20");
    await page.keyboard.press("Enter");
    await eventually(async () => ["", before].includes(await readText(answer))).toBe(false);
    await page.keyboard.press("Escape");
    await answer.getByText(w.chat.stopped).waitFor();

    await tabTo(page, new RegExp(`${w.shell.account}: `), "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await button(w.login.submit).waitFor();
    await eventually(() => focused(page)).toBe(w.login.email);
    expect(new URL(page.url()).pathname).toBe("/login");
  });
});

test("on a phone the drawer takes the focus, keeps it, and gives it back", async () => {
  const ana = await register(stage.url);
  const viewport = { width: 360, height: 740 };
  await stage.visit({ as: ana, viewport }, async ({ page, open }) => {
    await open();
    const { button, composer, w } = screensOf(page);
    await composer.waitFor();
    await tabTo(page, w.shell.openSidebar, "Shift+Tab");
    await page.keyboard.press("Enter");
    const drawer = page.getByRole("dialog", { name: w.shell.sidebar });
    await drawer.waitFor();
    for (let step = 0; step < 10; step += 1) {
      await page.keyboard.press("Tab");
      // As with every dialog, the way round leads through the browser's own controls.
      const inside = await drawer.evaluate((it) => it.contains(it.ownerDocument.activeElement));
      expect(inside || (await focused(page)) === "body", await focused(page)).toBe(true);
    }
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await eventually(() => focused(page)).toBe(w.shell.openSidebar);
    expect(await button(w.shell.openSidebar).getAttribute("aria-expanded")).toBe("false");
  });
});
