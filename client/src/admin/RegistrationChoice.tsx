import { createSignal, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { type Settings, SettingSource } from "#proto/prosa/admin/v1/settings_pb.ts";
import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { t } from "../i18n/admin.ts";
import { announce } from "../ui/announce.ts";
import { Failure } from "../ui/Failure.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Segments } from "../ui/Segments.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { chooseRegistration, loadSettings, settings, settingsError } from "./settings.ts";

const policies = [
  { value: RegistrationPolicy.OPEN, name: "open" as const },
  { value: RegistrationPolicy.INVITE, name: "invite" as const },
  { value: RegistrationPolicy.CLOSED, name: "closed" as const },
];

/** The choice who may create an account; says who has made it where that is not for this page. */
export function RegistrationChoice(): JSX.Element {
  return (
    <Switch>
      <Match when={settings()}>{(known) => <Choice settings={known()} />}</Match>
      <Match when={settingsError() !== undefined}>
        <Failure
          error={settingsError()}
          action={t().common.retry}
          onAction={() => void loadSettings()}
        />
      </Match>
      <Match when={true}>
        <Skeleton widths={[40, 80]} />
      </Match>
    </Switch>
  );
}

function Choice(props: { settings: Settings }): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const texts = () => t().admin.registration;
  const name = () =>
    policies.find(({ value }) => value === props.settings.registrationPolicy)?.name;
  const source = () => props.settings.registrationSource;
  // What holds by default is nobody's choice yet, and can be made one.
  const chosen = () =>
    source() === SettingSource.DEFAULT ? undefined : props.settings.registrationPolicy;
  const choose = async (policy: RegistrationPolicy) => {
    setFailure(undefined);
    try {
      await chooseRegistration(policy);
      announce(texts().saved);
    } catch (error) {
      setFailure(() => error);
    }
  };
  return (
    <div class="flex flex-col gap-3">
      <Show
        when={source() !== SettingSource.ENVIRONMENT}
        fallback={
          <>
            <p>
              <span class="text-soft">{texts().label}: </span>
              <Show when={name()}>{(known) => texts()[known()]}</Show>
            </p>
            <Notice>{texts().fixed}</Notice>
          </>
        }
      >
        <Segments
          label={texts().label}
          name="registration"
          value={chosen()}
          options={policies.map(({ value, name }) => ({ value, label: texts()[name] }))}
          onChange={(policy) => void choose(policy)}
        />
      </Show>
      <Show when={name()}>{(known) => <p class="text-soft">{texts().hints[known()]}</p>}</Show>
      <Show when={source() === SettingSource.DEFAULT}>
        <p class="text-[13px] text-faint">{texts().byDefault}</p>
      </Show>
      <Failure error={failure()} />
    </div>
  );
}
