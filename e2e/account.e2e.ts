import { expect, test } from "vitest";
import { connect, register } from "./support/clients.ts";
import { eventually, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";
import { words } from "./support/words.ts";

const stage = useStage({ env: { REGISTRATION: "invite" } });
// The first account needs no invitation and is the administrator.
let admin: Awaited<ReturnType<typeof register>>;
const pt = words["pt-BR"];
const { invitations } = words.en.admin;

test("the administrator invites somebody, whose link makes one account and no second", async () => {
  admin = await register(stage.url);
  let link = "";
  await stage.visit({ as: admin }, async ({ page, open }) => {
    await open("/admin/registration");
    const { button, field } = screensOf(page);
    await button(invitations.create).click();
    link = await field(invitations.link).inputValue();
    expect(link.startsWith(`${stage.url}/register?invite=`)).toBe(true);
  });
  const path = link.slice(stage.url.length);
  const bia = { name: "Bia", email: "bia@example.org", password: "a long password" };
  await stage.visit({}, async ({ page, open }) => {
    await open(path);
    const screens = screensOf(page);
    await screens.register(bia);
    await screens.composer.waitFor();
    await open("/account");
    await page.getByText(bia.email).waitFor();
    await open("/admin/registration");
    await page.getByText(screens.w.errors.reasons.ADMIN_REQUIRED({})).waitFor();
    expect(await screens.button(invitations.create).count()).toBe(0);
  });
  await stage.visit({}, async ({ page, open }) => {
    await open(path);
    const screens = screensOf(page);
    await screens.register({ ...bia, email: "caio@example.org" });
    await page.getByText(screens.w.errors.reasons.INVITATION_REQUIRED({})).waitFor();
    expect(await screens.field(screens.w.register.name).inputValue()).toBe("Bia");
  });
});

test("a name, a language and colours change at once and stay", async () => {
  await stage.visit({ as: admin }, async ({ page, open }) => {
    const theme = () => page.evaluate("document.documentElement.dataset.theme ?? ''");
    const paper = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
    await open("/account");
    const { button, field, w } = screensOf(page);
    await field(w.account.name).fill("Ana Maria");
    await button(w.common.save).click();
    await page.getByText(w.common.saved, { exact: true }).first().waitFor();
    await page.getByRole("button", { name: /Ana Maria/ }).waitFor();

    await page.getByRole("radio", { name: w.account.themes.dark }).check({ force: true });
    await eventually(theme).toBe("dark");
    await eventually(paper).toBe("rgb(22, 21, 18)");
    await page.getByRole("radio", { name: "Português (Brasil)" }).check({ force: true });
    await eventually(() => page.getByRole("heading", { level: 1 }).textContent()).toBe(
      pt.shell.account,
    );
    expect(await page.evaluate("document.documentElement.lang")).toBe("pt-BR");

    await page.reload();
    await page.getByRole("radio", { name: pt.account.themes.dark, checked: true }).waitFor();
    expect(await theme()).toBe("dark");
    await page.getByRole("radio", { name: pt.account.themes.light }).check({ force: true });
    await eventually(paper).toBe("rgb(250, 248, 243)");
    await page.getByRole("radio", { name: pt.account.themes.system }).check({ force: true });
    await eventually(theme).toBe("");
    await page.emulateMedia({ colorScheme: "dark" });
    await eventually(paper).toBe("rgb(22, 21, 18)");
    await page.getByRole("radio", { name: "English" }).check({ force: true });
    await page.getByRole("heading", { name: w.shell.account, level: 1 }).waitFor();
  });
  await stage.visit({ as: admin, locale: "pt-BR" }, async ({ page, open }) => {
    await open("/account");
    await page.getByRole("heading", { name: words.en.shell.account, level: 1 }).waitFor();
    await page.getByRole("button", { name: /Ana Maria/ }).waitFor();
  });
});

test("the devices are listed with this one, and another one can be logged out", async () => {
  const { email, password } = admin;
  const other = await connect(stage.url).auth.login({ email, password });
  const program = connect(stage.url, other.sessionToken);
  await stage.visit({}, async ({ page, open }) => {
    await open("/login");
    const screens = screensOf(page);
    const { w } = screens;
    await screens.logIn(admin);
    await screens.composer.waitFor();
    await open("/account");
    const devices = page.getByRole("region", { name: w.account.sessions });
    const here = devices.getByRole("listitem").filter({ hasText: w.account.thisDevice });
    await here.getByText(w.devices.browserOn("Chrome", "Linux")).waitFor();
    expect(await here.getByRole("button").count()).toBe(0);
    const before = await devices.getByRole("listitem").count();
    expect(before).toBeGreaterThan(2);
    const signOuts = devices.getByRole("button");
    while ((await signOuts.count()) > 0) {
      const left = await signOuts.count();
      await signOuts.first().click();
      await eventually(() => signOuts.count()).toBeLessThan(left);
    }
    expect(await devices.getByRole("listitem").count()).toBe(1);
    await page.reload();
    await here.waitFor();
  });
  await expect(program.users.getCurrentUser({})).rejects.toThrow(/unauthenticated/);
});

test("a changed password ends every other session, and only the new one opens the door", async () => {
  const before = await connect(stage.url).auth.login(admin);
  const next = "an even longer password";
  await stage.visit({}, async ({ page, open }) => {
    await open("/login");
    const screens = screensOf(page);
    const { button, field, w } = screens;
    await screens.logIn(admin);
    await screens.composer.waitFor();
    await open("/account");
    await field(w.account.currentPassword).fill("something else");
    await field(w.account.newPassword).fill(next);
    await button(w.account.changePassword).click();
    await page.getByText(w.account.wrongPassword).waitFor();
    await field(w.account.currentPassword).fill(admin.password);
    await button(w.account.changePassword).click();
    await page.getByText(w.account.passwordChanged).first().waitFor();
    const old = connect(stage.url, before.sessionToken);
    await expect(old.users.getCurrentUser({})).rejects.toThrow(/unauthenticated/);

    await screens.logOut();
    await screens.logIn(admin);
    await page.getByText(w.errors.reasons.WRONG_CREDENTIALS({})).waitFor();
    await screens.logIn({ ...admin, password: next });
    await screens.composer.waitFor();
    admin = { ...admin, password: next };
  });
});

test("an address that leads nowhere and a chat that is gone say so and lead home", async () => {
  const { sessionToken: token } = await connect(stage.url).auth.login(admin);
  await stage.visit({ as: { token } }, async ({ page, open }) => {
    const { composer, link, w } = screensOf(page);
    await open("/no/such/page");
    await page.getByRole("heading", { name: w.errors.notFound, level: 1 }).waitFor();
    await link(w.errors.home).click();
    await composer.waitFor();
    for (const id of [crypto.randomUUID(), "not-an-id"]) {
      await open(`/c/${id}`);
      await page.getByText(w.chat.missing).waitFor();
      expect(await composer.count()).toBe(0);
    }
    await page.getByRole("main").getByRole("link", { name: w.chat.newChat }).click();
    await composer.waitFor();
  });
});

test("a session that ended leads to the login, and from there to the page that was wanted", async () => {
  const { sessionToken: token } = await connect(stage.url).auth.login(admin);
  const { sessionToken: judge } = await connect(stage.url).auth.login(admin);
  await stage.visit({ as: { token } }, async ({ page, open }) => {
    const screens = screensOf(page);
    const { w } = screens;
    await open("/account");
    await screens.field(w.account.name).waitFor();
    const { sessions } = await connect(stage.url, token).auth.listSessions({});
    const own = sessions.find((session) => session.current)!;
    await connect(stage.url, judge).auth.revokeSession({ sessionId: own.id });
    await screens.button(w.common.save).click();
    await page.getByText(w.errors.reasons.SIGN_IN_REQUIRED({})).waitFor();
    await screens.logIn(admin);
    await screens.field(w.account.name).waitFor();
    expect(new URL(page.url()).pathname).toBe("/account");

    await screens.logOut();
    await open("/models");
    await screens.button(w.login.submit).waitFor();
    await screens.logIn(admin);
    await page.getByRole("heading", { name: w.shell.models, level: 1 }).waitFor();
  });
});

test("a server that takes no new accounts says so", async () => {
  await stage.restartWith({ REGISTRATION: "closed" });
  await stage.visit({}, async ({ page, open }) => {
    const { field, link, w } = screensOf(page);
    await open("/register");
    await page.getByText(w.register.closed).waitFor();
    expect(await field(w.register.name).count()).toBe(0);
    await link(w.login.title).click();
    await field(w.login.password).waitFor();
  });
});
