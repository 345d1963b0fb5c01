import { timestampDate, timestampMs } from "@bufbuild/protobuf/wkt";
import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { RegistrationPolicy } from "#proto/prosa/user/v1/auth_service_pb.ts";
import type { Invitation } from "#proto/prosa/user/v1/invitation_pb.ts";
import { t } from "../i18n/admin.ts";
import { paths } from "../paths.ts";
import { Button } from "../ui/Button.tsx";
import { CopyField } from "../ui/CopyField.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { InvitationList } from "./InvitationList.tsx";
import { createInvitation } from "./invitations.ts";
import { settings } from "./settings.ts";

type Made = Awaited<ReturnType<typeof createInvitation>>;

/** Makes links that one person each can create an account with, and shows what became of them. */
export function InvitationsSection(): JSX.Element {
  const [made, setMade] = createSignal<Made>();
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  const texts = () => t().admin.invitations;
  const closed = () => settings()?.registrationPolicy === RegistrationPolicy.CLOSED;

  const create = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      setMade(await createInvitation());
    } catch (error) {
      setFailure(() => error);
    } finally {
      setBusy(false);
    }
  };
  /** A link that does not work any more must not stand there to be copied. */
  const forget = ({ expireTime }: Invitation) => {
    const shown = made()?.expireTime;
    if (shown && expireTime && timestampMs(shown) === timestampMs(expireTime)) setMade(undefined);
  };
  return (
    <Section title={texts().title}>
      <p class="text-soft">
        {texts().hint} <Show when={closed()}>{texts().closed}</Show>
      </p>
      <Show when={made()}>
        {(invitation) => (
          <div>
            <CopyField
              label={texts().link}
              value={location.origin + paths.register(invitation().code)}
              copy={texts().copy}
            />
            <Show when={invitation().expireTime}>
              {(expiry) => (
                <p class="mt-1.5 text-[13px] text-faint">
                  {texts().until(timestampDate(expiry()))}
                </p>
              )}
            </Show>
          </div>
        )}
      </Show>
      <Failure error={failure()} />
      <Button icon="link" class="self-start" busy={busy()} onClick={() => void create()}>
        {texts().create}
      </Button>
      <InvitationList onRevoked={forget} />
    </Section>
  );
}
