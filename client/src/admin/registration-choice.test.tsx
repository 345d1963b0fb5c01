import { Code } from "@connectrpc/connect";
import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { afterEach, expect, test } from "vitest";
import { AdminService } from "#proto/prosa/admin/v1/admin_service_pb.ts";
import { SettingSource } from "#proto/prosa/admin/v1/settings_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { t } from "../i18n/admin.ts";
import { answerWith, type Methods, refusal } from "../testing/answer-with.ts";
import { RegistrationChoice } from "./RegistrationChoice.tsx";
import { loadSettings } from "./settings.ts";

const { OPEN: registrationPolicy } = RegistrationPolicy;

type Update = NonNullable<Methods<typeof AdminService>["updateSettings"]>;

async function renderWith(updateSettings: Update) {
  const settings = { registrationPolicy, registrationSource: SettingSource.DEFAULT };
  const methods = { getSettings: () => ({ settings }), updateSettings };
  answerWith((router) => void router.service(AdminService, methods));
  await loadSettings();
  render(() => <RegistrationChoice />);
}

const radio = (name: "open" | "invite" | "closed") =>
  screen.getByRole<HTMLInputElement>("radio", { name: t().admin.registration[name] });
const checked = () => screen.getAllByRole<HTMLInputElement>("radio").filter((it) => it.checked);

afterEach(cleanup);

test("what holds by default is chosen by nobody, and can be", async () => {
  const asked: (RegistrationPolicy | undefined)[] = [];
  await renderWith((request) => {
    asked.push(request.registrationPolicy);
    return { settings: { registrationPolicy, registrationSource: SettingSource.STORED } };
  });
  expect(checked()).toEqual([]);
  screen.getByText(t().admin.registration.hints.open);
  fireEvent.click(radio("open"));
  await expect.poll(() => asked).toEqual([registrationPolicy]);
  expect(screen.queryByText(t().admin.registration.byDefault)).toBeNull();
  expect(checked()).toEqual([radio("open")]);
});

test("a choice that is refused is nobody's again", async () => {
  await renderWith(() => {
    throw refusal(Code.Unavailable, ErrorReason.DATABASE_UNAVAILABLE);
  });
  fireEvent.click(radio("open"));
  await screen.findByRole("alert");
  expect(checked()).toEqual([]);
  screen.getByText(t().admin.registration.byDefault);
});
