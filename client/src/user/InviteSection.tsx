import { timestampDate } from "@bufbuild/protobuf/wkt";
import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/account.ts";
import { paths } from "../paths.ts";
import { Button } from "../ui/Button.tsx";
import { CopyField } from "../ui/CopyField.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { createInvitation } from "./store.ts";

type Invitation = Awaited<ReturnType<typeof createInvitation>>;

/** Makes a link that one person can create an account with. */
export function InviteSection(): JSX.Element {
  const [invitation, setInvitation] = createSignal<Invitation>();
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();

  const create = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      setInvitation(await createInvitation());
    } catch (error) {
      setFailure(() => error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t().account.invite}>
      <p class="text-soft">{t().account.inviteHint}</p>
      <Show when={invitation()}>
        {(made) => {
          const link = () => location.origin + paths.register(made().code);
          return (
            <div>
              <CopyField
                label={t().account.inviteLink}
                value={link()}
                copy={t().account.copyLink}
              />
              <Show when={made().expireTime}>
                {(expiry) => (
                  <p class="mt-1.5 text-[13px] text-faint">
                    {t().account.inviteUntil(timestampDate(expiry()))}
                  </p>
                )}
              </Show>
            </div>
          );
        }}
      </Show>
      <Failure error={failure()} />
      <Button icon="link" class="self-start" busy={busy()} onClick={() => void create()}>
        {t().account.inviteCreate}
      </Button>
    </Section>
  );
}
