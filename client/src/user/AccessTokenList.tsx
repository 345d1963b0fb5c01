import { timestampDate } from "@bufbuild/protobuf/wkt";
import { createSignal, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { type AccessToken, Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { t } from "../i18n/account.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { Icon } from "../ui/Icon.tsx";
import { revokeAccessToken } from "./access-tokens.ts";

/** The tokens with what they may do, and the way to end each. */
export function AccessTokenList(props: { tokens: AccessToken[] }): JSX.Element {
  const [doomed, setDoomed] = createSignal<AccessToken>();
  const revoke = async ({ id, name }: AccessToken) => {
    await revokeAccessToken(id);
    announce(t().tokens.revoked(name));
  };
  return (
    <>
      <Show when={props.tokens.length > 0} fallback={<p class="text-faint">{t().tokens.none}</p>}>
        <ul class="flex flex-col gap-3">
          <For each={props.tokens}>
            {(token) => <Row token={token} onRevoke={() => setDoomed(token)} />}
          </For>
        </ul>
      </Show>
      <Show when={doomed()}>
        {(token) => (
          <ConfirmDialog
            title={t().tokens.revokeTitle(token().name)}
            hint={t().tokens.revokeHint}
            action={t().tokens.revoke}
            danger
            onConfirm={() => revoke(token())}
            onClose={() => setDoomed(undefined)}
          />
        )}
      </Show>
    </>
  );
}

function Row(props: { token: AccessToken; onRevoke: () => void }): JSX.Element {
  const facts = () => {
    const { scope, expireTime, lastUsedTime } = props.token;
    const texts = t().tokens;
    return [
      scope === Scope.WRITE ? texts.scopes.write : texts.scopes.read,
      expireTime ? texts.until(timestampDate(expireTime)) : texts.forever,
      lastUsedTime ? texts.used(timestampDate(lastUsedTime)) : texts.neverUsed,
    ].join(" · ");
  };
  return (
    <li class="flex items-center gap-3">
      <Icon name="key" size={18} class="text-faint" />
      <div class="min-w-0 flex-1">
        <p class="break-words">{props.token.name}</p>
        <p class="text-[13px] break-words text-faint">{facts()}</p>
      </div>
      <Button
        kind="quiet"
        aria-label={t().tokens.revokeNamed(props.token.name)}
        onClick={() => props.onRevoke()}
      >
        {t().tokens.revoke}
      </Button>
    </li>
  );
}
