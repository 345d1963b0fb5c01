import { timestampDate } from "@bufbuild/protobuf/wkt";
import { createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { paths } from "../paths.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { createInvitation } from "./store.ts";

type Invitation = Awaited<ReturnType<typeof createInvitation>>;

/** Makes a link that one person can create an account with. */
export function InviteSection(): JSX.Element {
  const [invitation, setInvitation] = createSignal<Invitation>();
  const [copied, setCopied] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  let field: HTMLInputElement | undefined;

  const create = async () => {
    setBusy(true);
    setFailure(undefined);
    setCopied(false);
    try {
      setInvitation(await createInvitation());
    } catch (error) {
      setFailure(() => error);
    } finally {
      setBusy(false);
    }
  };
  const copy = async (link: string) => {
    field?.select();
    // Outside HTTPS a browser may forbid it: the link then stands there selected.
    await navigator.clipboard?.writeText(link).then(
      () => {
        setCopied(true);
        announce(t().common.copied);
      },
      () => {},
    );
  };
  return (
    <Section title={t().account.invite}>
      <p class="text-soft">{t().account.inviteHint}</p>
      <Show when={invitation()}>
        {(made) => {
          const link = () => location.origin + paths.register(made().code);
          return (
            <div>
              <div class="flex flex-wrap gap-2">
                <input
                  ref={field}
                  readonly
                  aria-label={t().account.inviteLink}
                  value={link()}
                  class="h-9 min-w-0 flex-1 basis-48 rounded-row border border-line bg-paper px-3 pointer-coarse:h-11"
                  onFocus={(event) => event.currentTarget.select()}
                />
                <Button icon={copied() ? "check" : "copy"} onClick={() => void copy(link())}>
                  {copied() ? t().common.copied : t().account.copyLink}
                </Button>
              </div>
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
