import { SettingSource } from "#proto/prosa/admin/v1/settings_pb.ts";
import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Config } from "../config.ts";
import { testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";

const { OPEN, INVITE, CLOSED } = RegistrationPolicy;
const account = () => ({
  email: `${randomUUID()}@example.org`,
  password: "long enough",
  displayName: "Cy",
});

test.each([
  ["127.0.0.1", OPEN],
  ["0.0.0.0", CLOSED],
])("on %s it is told that nobody has decided about registration", async (host, policy) => {
  await using app = await testApp({ config: { host } });
  const admin = await app.signIn();
  const { settings } = await admin.admin.getSettings({});
  expect(settings).toMatchObject({
    registrationPolicy: policy,
    registrationSource: SettingSource.DEFAULT,
  });
});

test("what an administrator decides holds at once, and after a start", async () => {
  await using app = await testApp();
  const admin = await app.signIn();
  const { settings } = await admin.admin.updateSettings({ registrationPolicy: CLOSED });
  const decided = { registrationPolicy: CLOSED, registrationSource: SettingSource.STORED };
  expect(settings).toMatchObject(decided);
  expect(await app.stranger.auth.getRegistrationPolicy({})).toMatchObject({ policy: CLOSED });
  const refused = await failureOf(app.stranger.auth.register(account()));
  expect(refused).toMatchObject({ reason: "REGISTRATION_CLOSED" });

  const later = await app.restart();
  const again = later.withToken(admin.token);
  expect((await again.admin.getSettings({})).settings).toMatchObject(decided);
  await again.admin.updateSettings({ registrationPolicy: INVITE });
  expect(await failureOf(later.stranger.auth.register(account()))).toMatchObject({
    reason: "INVITATION_REQUIRED",
  });
  await again.admin.updateSettings({ registrationPolicy: OPEN });
  expect((await later.stranger.auth.register(account())).user).toBeDefined();
});

test("the environment comes before what was stored, which is there again without it", async () => {
  await using app = await testApp();
  const admin = await app.signIn();
  await admin.admin.updateSettings({ registrationPolicy: OPEN });
  const withSetting = async (registration: Config["registration"]) => {
    const other = await testApp({
      config: { registration },
      ollama: app.ollama,
      database: app.database,
    });
    return other.withToken(admin.token).admin;
  };
  const fixed = await withSetting("closed");
  expect((await fixed.getSettings({})).settings).toMatchObject({
    registrationPolicy: CLOSED,
    registrationSource: SettingSource.ENVIRONMENT,
  });
  expect(await failureOf(fixed.updateSettings({ registrationPolicy: INVITE }))).toMatchObject({
    code: "FailedPrecondition",
    reason: "SETTING_FIXED",
    metadata: { variable: "REGISTRATION" },
  });
  const free = await withSetting(undefined);
  expect((await free.getSettings({})).settings).toMatchObject({ registrationPolicy: OPEN });
});

test("a change of nothing changes nothing, and a value that is none is refused", async () => {
  await using app = await testApp();
  const { admin } = await app.signIn();
  const { settings } = await admin.getSettings({});
  expect((await admin.updateSettings({})).settings).toEqual(settings);
  for (const registrationPolicy of [0, 9] as RegistrationPolicy[]) {
    expect(await failureOf(admin.updateSettings({ registrationPolicy }))).toMatchObject({
      code: "InvalidArgument",
    });
  }
});

test("members neither read nor change the settings", async () => {
  await using app = await testApp();
  await app.signIn("Ana");
  const { admin } = await app.signIn("Bia");
  for (const call of [admin.getSettings({}), admin.updateSettings({ registrationPolicy: OPEN })]) {
    expect(await failureOf(call)).toMatchObject({ reason: "ADMIN_REQUIRED" });
  }
});
