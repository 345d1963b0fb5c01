import { timestampDate } from "@bufbuild/protobuf/wkt";
import { createSignal, For, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { Session } from "#proto/prosa/user/v1/session_pb.ts";
import { t } from "../i18n/account.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Mark } from "../ui/Mark.tsx";
import { Section } from "../ui/Section.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { deviceText } from "./device-text.ts";
import { devices, loadDevices, signOutDevice } from "./store.ts";

/** Where the account is open, with the way to close it there. */
export function DevicesSection(): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const attempt = async (action: () => Promise<void>) => {
    setFailure(undefined);
    try {
      await action();
    } catch (error) {
      setFailure(() => error);
    }
  };
  onMount(() => void attempt(loadDevices));
  return (
    <Section title={t().account.sessions}>
      <Failure
        error={failure()}
        action={t().common.retry}
        onAction={() => void attempt(loadDevices)}
      />
      <Show
        when={devices()}
        fallback={
          <Show when={failure() === undefined}>
            <Skeleton widths={[70, 55]} />
          </Show>
        }
      >
        {(list) => (
          <ul class="flex flex-col gap-3">
            <For each={list()}>
              {(session) => (
                <Device
                  session={session}
                  onSignOut={() =>
                    void attempt(async () => {
                      await signOutDevice(session.id);
                      announce(t().account.signedOut(deviceText(session.device)));
                    })
                  }
                />
              )}
            </For>
          </ul>
        )}
      </Show>
    </Section>
  );
}

function Device(props: { session: Session; onSignOut: () => void }): JSX.Element {
  const facts = () =>
    [
      props.session.lastSeenTime && t().account.lastSeen(timestampDate(props.session.lastSeenTime)),
      props.session.address,
    ]
      .filter(Boolean)
      .join(" · ");
  return (
    <li class="flex items-center gap-3">
      <Icon name="device" size={18} class="text-faint" />
      <div class="min-w-0 flex-1">
        <p class="flex flex-wrap items-center gap-x-2">
          <span>{deviceText(props.session.device)}</span>
          <Show when={props.session.current}>
            <Mark>{t().account.thisDevice}</Mark>
          </Show>
        </p>
        <p class="text-[13px] break-words text-faint">{facts()}</p>
      </div>
      <Show when={!props.session.current}>
        <Button
          kind="quiet"
          aria-label={t().account.signOutDevice(deviceText(props.session.device))}
          onClick={() => props.onSignOut()}
        >
          {t().account.signOut}
        </Button>
      </Show>
    </li>
  );
}
