import { Role } from "#proto/prosa/user/v1/user_pb.ts";
import { expect, test } from "vitest";
import { overflow } from "./support/browser.ts";
import { type Person, register } from "./support/clients.ts";
import { eventually, screensOf } from "./support/screens.ts";
import { useStage, type Visit } from "./support/stage.ts";
import { words } from "./support/words.ts";

const stage = useStage();
const { users: texts } = words.en.admin;
const { more } = words.en.common;
// The first account of a server is its administrator.
let admin: Person;
let second: Person;

async function signUp(name: string): Promise<Person> {
  const person = await register(stage.url);
  await person.users.updateCurrentUser({ displayName: name });
  return person;
}

/** What an administrator does on the users' screen, by the names that stand there. */
function usersScreen({ page }: Visit) {
  const screens = screensOf(page);
  const { button, dialog, item } = screens;
  const choose = async (name: string, kind: keyof typeof texts.changes) => {
    await button(texts.actions(name)).click();
    await item(texts.changes[kind].label).click();
  };
  return {
    ...screens,
    row: (name: string) => page.getByRole("listitem").filter({ hasText: name }),
    choose,
    /** Asks for a change and confirms it; returns the dialog. */
    async change(name: string, kind: keyof typeof texts.changes) {
      await choose(name, kind);
      const asked = dialog(texts.changes[kind].title(name));
      await asked.getByRole("button", { name: texts.changes[kind].label, exact: true }).click();
      return asked;
    },
  };
}

test("the way to the users is in the menu of administrators only", async () => {
  admin = await signUp("Ana");
  const member = await signUp("Bia");
  await stage.visit({ as: admin }, async (visit) => {
    const { account, item, row, w } = usersScreen(visit);
    await visit.open();
    await account.click();
    await item(w.shell.administration).click();
    await row("Ana").getByText(texts.you, { exact: true }).waitFor();
    await row("Ana").getByText(texts.administrator, { exact: true }).waitFor();
    await row("Bia").getByText(member.email).waitFor();
  });
  await stage.visit({ as: member }, async (visit) => {
    const { account, item, w } = usersScreen(visit);
    await visit.open();
    await account.click();
    await item(w.shell.models).waitFor();
    expect(await item(w.shell.administration).count()).toBe(0);
    await visit.open("/admin/users");
    await visit.page.getByText(w.errors.reasons.ADMIN_REQUIRED({})).waitFor();
  });
});

test("somebody who is disabled is out at once and reads why, until they are enabled again", async () => {
  const cora = await signUp("Cora");
  await stage.visit({ as: admin }, async (visit) => {
    const { change, row, w } = usersScreen(visit);
    await visit.open("/admin/users");
    const asked = await change("Cora", "disable");
    await asked.waitFor({ state: "hidden" });
    await row("Cora").getByText(texts.disabled, { exact: true }).waitFor();
    await expect(cora.users.getCurrentUser({})).rejects.toThrow(/unauthenticated/);

    await stage.visit({}, async ({ page, open }) => {
      const screens = screensOf(page);
      await open("/login");
      await screens.logIn(cora);
      await page.getByText(w.errors.reasons.ACCOUNT_DISABLED({})).waitFor();
      await change("Cora", "enable");
      await row("Cora").getByText(texts.disabled, { exact: true }).waitFor({ state: "hidden" });
      await screens.logIn(cora);
      await screens.composer.waitFor();
    });
  });
});

test("an administrator makes another one, and cannot leave the server without any", async () => {
  second = await signUp("Dora");
  await stage.visit({ as: admin }, async (visit) => {
    const { change, row, w } = usersScreen(visit);
    const { page } = visit;
    await visit.open("/admin/users");
    for (const kind of ["demote", "disable"] as const) {
      const asked = await change("Ana", kind);
      await asked.getByText(w.errors.reasons.LAST_ADMIN({})).waitFor();
      await page.keyboard.press("Escape");
      await asked.waitFor({ state: "hidden" });
    }
    await change("Dora", "promote");
    await row("Dora").getByText(texts.administrator, { exact: true }).waitFor();
    await change("Ana", "demote");
    await page.getByText(w.errors.reasons.ADMIN_REQUIRED({})).waitFor();
  });
  const { user } = await admin.users.getCurrentUser({});
  expect(user!.role).toBe(Role.MEMBER);
});

test("a list of many is read page by page, on a phone too", async () => {
  for (let count = 0; count < 50; count++) await register(stage.url);
  const viewport = { width: 360, height: 740 };
  await stage.visit({ as: second, viewport }, async (visit) => {
    const { button } = usersScreen(visit);
    const { page } = visit;
    await visit.open("/admin/users");
    await button(more).click();
    await button(more).waitFor({ state: "hidden" });
    const menus = page.getByRole("main").getByRole("button", { name: texts.actions("") });
    await eventually(() => menus.count()).toBeGreaterThan(50);
    expect(await overflow(page)).toBe(0);
  });
});

test("an account is deleted with the right password alone, and takes its conversations along", async () => {
  const eva = await signUp("Eva");
  await eva.chats.createChat({ title: "A secret" });
  await stage.visit({ as: eva }, async ({ page, open, context }) => {
    const screens = screensOf(page);
    const { button, dialog, field, w } = screens;
    await open("/account");
    await button(w.deletion.open).click();
    await button(w.deletion.confirm).click();
    await page.getByText(w.fields.passwordMissing).waitFor();
    await field(w.deletion.password).fill("wrong");
    await button(w.deletion.confirm).click();
    await page.getByText(w.account.wrongPassword).waitFor();
    await page.keyboard.press("Escape");
    await dialog(w.deletion.question).waitFor({ state: "hidden" });
    expect((await eva.users.getCurrentUser({})).user!.displayName).toBe("Eva");

    await button(w.deletion.open).click();
    await field(w.deletion.password).fill(eva.password);
    await button(w.deletion.confirm).click();
    await button(w.login.submit).waitFor();
    expect(await context.cookies()).toEqual([]);
    await screens.logIn(eva);
    await page.getByText(w.errors.reasons.WRONG_CREDENTIALS({})).waitFor();
  });
});
