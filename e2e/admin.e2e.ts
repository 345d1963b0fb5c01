import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { faultsOf } from "./support/axe.ts";
import { overflow } from "./support/browser.ts";
import { beginReply, connect, type Person, register } from "./support/clients.ts";
import { eventually, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";
import { words } from "./support/words.ts";

const backups = await mkdtemp(join(tmpdir(), "prosa-e2e-backups-"));
afterAll(() => rm(backups, { recursive: true, force: true }));
const stage = useStage({ env: { BACKUP_FOLDER: backups } });
const { parts, registration, invitations, replies, health, audit, welcome } = words.en.admin;

const first = { name: "Ana Souza", email: "ana@example.org", password: "a long password" };
// The first account of this server, which the first journey makes.
let admin: Person;
let member: Person;

async function signedIn(url: string): Promise<Person> {
  const { sessionToken: token } = await connect(url).auth.login(first);
  return { ...connect(url, token), ...first, token };
}

test("the first start asks for an account, a policy and a look at the models, in any language", async () => {
  await stage.visit({}, async ({ page, open }) => {
    const { button, composer, field, link, register: fill } = screensOf(page);
    await open("/account");
    await page.getByText(welcome.lead).waitFor();
    expect(new URL(page.url()).pathname).toBe("/welcome");
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole("radio", { name: "Português (Brasil)" }).check({ force: true });
    await page.getByText(words["pt-BR"].admin.welcome.lead).waitFor();
    await field(words["pt-BR"].register.name).fill("half a name");
    await page.getByRole("radio", { name: "English" }).check({ force: true });
    await button(words.en.register.submit).waitFor();
    await fill(first);

    await page.getByText(welcome.serverLead(first.name)).waitFor();
    await page.getByText(registration.byDefault).waitFor();
    await page.getByText(/is ready\.$/).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.getByRole("radio", { name: registration.invite }).check({ force: true });
    await page.getByText(registration.hints.invite).waitFor();
    await link(welcome.begin).click();
    await composer.waitFor();
  });
  const policy = await connect(stage.url).auth.getRegistrationPolicy({});
  expect(policy).toMatchObject({ policy: RegistrationPolicy.INVITE, firstAccount: false });
  admin = await signedIn(stage.url);
  await stage.visit({}, async ({ page, open }) => {
    await open("/welcome");
    await screensOf(page).button(words.en.login.submit).waitFor();
  });
});

test("an administrator decides who may come, invites, and takes an invitation back", async () => {
  await stage.visit({ as: admin }, async ({ page, open }) => {
    const { account, button, dialog, field, item, link, w } = screensOf(page);
    await open();
    await account.click();
    await item(w.shell.administration).click();
    await link(parts.registration).click();
    await page.getByText(invitations.none).waitFor();
    await button(invitations.create).click();
    expect(await field(invitations.link).inputValue()).toContain("/register?invite=");
    await page.getByText(/^Not used yet\./).waitFor();
    await page.getByRole("button", { name: /^Take back the invitation of/ }).click();
    const asked = dialog(invitations.revokeTitle);
    await asked.getByRole("button", { name: invitations.revoke, exact: true }).click();
    await page.getByText(invitations.none).waitFor();
    expect(await field(invitations.link).count()).toBe(0);

    await page.getByRole("radio", { name: registration.open }).check({ force: true });
    await page.getByText(registration.hints.open).waitFor();
    await page.reload();
    await page.getByText(registration.hints.open).waitFor();
  });
  member = await register(stage.url);
  await member.users.updateCurrentUser({ displayName: "Bia Lima" });
});

test("a policy that the environment decides is told and not offered", async () => {
  await stage.restartWith({ REGISTRATION: "closed" });
  await stage.visit({ as: admin }, async ({ page, open }) => {
    await open("/admin/registration");
    await page.getByText(registration.fixed).waitFor();
    expect(await page.getByRole("radio").count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
  });
  await stage.restartWith({});
  const { settings } = await admin.admin.getSettings({});
  expect(settings!.registrationPolicy).toBe(RegistrationPolicy.OPEN);
});

test("answers under way are seen as they go on, and one is stopped", async () => {
  await stage.visit({ as: admin }, async ({ page, open }) => {
    const { dialog } = screensOf(page);
    await open("/admin/replies");
    await page.getByText(replies.none).waitFor();
    const { id, chatId } = await beginReply(member, "sentinel:tokens=2000,delay=20", 10, "fake:1b");
    const waiting = await beginReply(member, "sentinel:tokens=2000,delay=20", 0, "fake:1b");
    await page.getByText(/· \d+ tokens so far$/).waitFor();
    await page.getByText(replies.queued(1)).waitFor();
    expect(await page.getByRole("main").textContent()).not.toContain("sentinel");
    const list = page.getByRole("list", { name: replies.title });
    const stops = list.getByRole("button", { name: replies.stopOf("Bia Lima", "fake:1b") });
    await stops.first().click();
    const asked = dialog(replies.stopTitle("Bia Lima"));
    await asked.getByText(replies.stopHints.CHAT).waitFor();
    await asked.getByRole("button", { name: replies.stop, exact: true }).click();
    await eventually(() => stops.count()).toBe(1);
    await member.messages.stopReply({ messageId: waiting.id });
    await page.getByText(replies.none).waitFor();
    const { messages } = await member.messages.listMessages({ chatId });
    const stopped = messages.find((message) => message.id === id)!;
    expect(stopped.status).toBe(Status.STOPPED);
    expect(stopped.text).not.toBe("");
  });
});

test("the log tells who did what, and of one person or one kind only", async () => {
  await stage.visit({ as: admin }, async ({ page, open }) => {
    const { button } = screensOf(page);
    const rows = page.getByRole("list", { name: parts.audit }).getByRole("listitem");
    await open("/admin/audit");
    await rows
      .filter({ hasText: audit.kinds.REPLY_STOPPED })
      .getByText("Bia Lima: fake:1b")
      .waitFor();
    const changed = rows.filter({ hasText: audit.kinds.SETTING_CHANGED }).first();
    await changed.getByText(/by invitation → everybody$/).waitFor();
    await page.getByLabel(audit.what).selectOption(audit.kinds.REGISTERED);
    await eventually(() => rows.count()).toBe(2);
    expect(new URL(page.url()).searchParams.get("what")).toBe("REGISTERED");
    await page.getByRole("button", { name: audit.only(first.name) }).click();
    await eventually(() => rows.count()).toBe(1);
    await page.reload();
    await eventually(() => rows.count()).toBe(1);
    await page.getByLabel(audit.what).selectOption(audit.kinds.USER_ENABLED);
    await page.getByText(audit.noneFound).waitFor();
    await page.goBack();
    await eventually(() => rows.count()).toBe(1);
    await button(audit.everybody).click();
    await eventually(() => rows.count()).toBe(2);
  });
});

const looks = [
  { colorScheme: "light" as const, viewport: { width: 1280, height: 800 } },
  { colorScheme: "dark" as const, viewport: { width: 1280, height: 800 } },
  { colorScheme: "dark" as const, viewport: { width: 360, height: 740 }, locale: "pt-BR" as const },
  { colorScheme: "light" as const, viewport: { width: 360, height: 740 } },
];

test.each(looks.map((look) => [`${look.colorScheme}, ${look.viewport.width} px`, look] as const))(
  "every part fits and has no faults: %s",
  (_, look) =>
    stage.visit({ as: admin, ...look }, async ({ page, open }) => {
      await admin.users.updateCurrentUser({ locale: look.locale ?? "en" });
      const texts = words[look.locale ?? "en"].admin;
      const running = await beginReply(member, "sentinel:tokens=5000,delay=20", 10, "fake:1b");
      const seen = {
        users: page.getByText(first.email),
        registration: page.getByText(texts.registration.hints.open),
        replies: page.getByRole("button", { name: texts.replies.stopOf("Bia Lima", "fake:1b") }),
        health: page.getByText(backups),
        audit: page.getByText(texts.audit.kinds.REGISTERED).last(),
      };
      for (const [part, sign] of Object.entries(seen)) {
        await open(`/admin/${part}`);
        await sign.waitFor();
        expect(await faultsOf(page), part).toEqual([]);
        expect(await overflow(page), part).toBeLessThanOrEqual(0);
      }
      await member.messages.stopReply({ messageId: running.id });
    }),
);

test("all of it can be done by keys alone", async () => {
  await stage.visit({ as: admin }, async ({ page, open }) => {
    await open("/admin/users");
    const link = page.getByRole("link", { name: parts.health, exact: true });
    await link.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: health.title }).waitFor();
    expect(await link.getAttribute("aria-current")).toBe("page");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe(parts.audit);
  });
});
