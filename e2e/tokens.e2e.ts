import { expect, test } from "vitest";
import { overflow } from "./support/browser.ts";
import { connect, register } from "./support/clients.ts";
import { screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";
import { words } from "./support/words.ts";

const stage = useStage();

test("a token is made, shown once, works within its scope, and ends when it is revoked", async () => {
  const ana = await register(stage.url);
  let token = "";
  await stage.visit({ as: ana }, async ({ page, open }) => {
    const { button, dialog, field, w } = screensOf(page);
    const section = page.getByRole("region", { name: w.tokens.title });
    await open("/account");
    await section.getByText(w.tokens.none).waitFor();

    await button(w.tokens.create).click();
    await button(w.tokens.submit).click();
    await page.getByText(w.fields.name).waitFor();
    await field(w.tokens.name).fill("Backup");
    await page.getByRole("radio", { name: w.tokens.days(30) }).check({ force: true });
    await button(w.tokens.submit).click();
    await dialog(w.tokens.create).waitFor({ state: "hidden" });

    token = await field(w.tokens.token).inputValue();
    expect(token).toMatch(/^prosa_[\w-]{43}$/);
    const example = await field(w.tokens.example).inputValue();
    expect(example).toContain(`Bearer ${token}`);
    expect(example).toContain(stage.url);
    await button(w.tokens.done).click();
    expect(await field(w.tokens.token).count()).toBe(0);
    await section
      .getByText(new RegExp(`^${w.tokens.scopes.read} · .*${w.tokens.neverUsed}`))
      .waitFor();

    const program = connect(stage.url, token);
    expect((await program.chats.listChats({})).chats).toEqual([]);
    await expect(program.chats.createChat({})).rejects.toThrow(/permission_denied/);

    await page.reload();
    await section.getByText("Backup").waitFor();
    expect(await field(w.tokens.token).count()).toBe(0);
    expect(await section.getByText(w.tokens.neverUsed).count()).toBe(0);
    await button(w.tokens.revokeNamed("Backup")).click();
    await dialog(w.tokens.revokeTitle("Backup")).getByRole("button").last().click();
    await section.getByText(w.tokens.none).waitFor();
    await expect(program.chats.listChats({})).rejects.toThrow(/unauthenticated/);
  });
});

test("a token can be made with the keyboard alone, on a phone, in Portuguese", async () => {
  const bia = await register(stage.url);
  await bia.users.updateCurrentUser({ locale: "pt-BR" });
  const viewport = { width: 360, height: 740 };
  await stage.visit({ as: bia, viewport, locale: "pt-BR" }, async ({ page, open }) => {
    const { button, field, w } = screensOf(page, words["pt-BR"]);
    await open("/account");
    await button(w.tokens.create).press("Enter");
    await field(w.tokens.name).waitFor();
    await page.keyboard.type("Meu programa");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("radio", { name: w.tokens.scopes.write, checked: true }).waitFor();
    await page.keyboard.press("Enter");
    const token = await field(w.tokens.token).inputValue();
    const { chat } = await connect(stage.url, token).chats.createChat({ title: "De um programa" });
    expect(chat!.title).toBe("De um programa");
    expect(await overflow(page)).toBe(0);
  });
});
