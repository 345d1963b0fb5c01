import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import { createSignal, For, Match, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import type { Invitation } from "#proto/prosa/user/v1/invitation_pb.ts";
import { t } from "../i18n/admin.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import {
  invitations,
  loadInvitations,
  loadMoreInvitations,
  revokeInvitation,
} from "./invitations.ts";

/** The invitations that were made, with the way to take those back that nobody has used. */
export function InvitationList(props: {
  onRevoked: (invitation: Invitation) => void;
}): JSX.Element {
  const [doomed, setDoomed] = createSignal<Invitation>();
  const texts = () => t().admin.invitations;
  const again = () => void (invitations.list ? loadMoreInvitations() : loadInvitations());
  onMount(() => void loadInvitations());
  const revoke = async (invitation: Invitation) => {
    await revokeInvitation(invitation.id);
    props.onRevoked(invitation);
    announce(texts().revoked);
  };
  return (
    <>
      <Switch>
        <Match when={invitations.list}>
          {(list) => (
            <Show when={list().length > 0} fallback={<p class="text-faint">{texts().none}</p>}>
              <ul class="flex flex-col gap-3">
                <For each={list()}>
                  {(invitation) => <Row invitation={invitation} onRevoke={setDoomed} />}
                </For>
              </ul>
            </Show>
          )}
        </Match>
        <Match when={invitations.error === undefined}>
          <Skeleton widths={[70, 55]} />
        </Match>
      </Switch>
      <Failure error={invitations.error} action={t().common.retry} onAction={again} />
      <Show when={invitations.nextPageToken && invitations.error === undefined}>
        <Button
          kind="quiet"
          class="self-center"
          busy={invitations.loading}
          onClick={() => void loadMoreInvitations()}
        >
          {t().admin.more}
        </Button>
      </Show>
      <Show when={doomed()}>
        {(invitation) => (
          <ConfirmDialog
            title={texts().revokeTitle}
            hint={texts().revokeHint}
            action={texts().revoke}
            danger
            onConfirm={() => revoke(invitation())}
            onClose={() => setDoomed(undefined)}
          />
        )}
      </Show>
    </>
  );
}

const dateOf = (time: Timestamp | undefined) => (time ? timestampDate(time) : new Date(0));

function Row(props: {
  invitation: Invitation;
  onRevoke: (invitation: Invitation) => void;
}): JSX.Element {
  const texts = () => t().admin.invitations;
  const made = () => dateOf(props.invitation.createTime);
  const expiry = () => dateOf(props.invitation.expireTime);
  const usable = () => props.invitation.useTime === undefined && expiry().getTime() > Date.now();
  const fate = () => {
    const { useTime, usedByName } = props.invitation;
    if (useTime) return texts().used(usedByName, timestampDate(useTime));
    return usable() ? texts().open(expiry()) : texts().expired(expiry());
  };
  return (
    <li class="flex items-center gap-3">
      <div class="min-w-0 flex-1">
        <p class="break-words">{fate()}</p>
        <p class="text-[13px] break-words text-faint">
          {texts().made(props.invitation.creatorName, made())}
        </p>
      </div>
      <Show when={usable()}>
        <Button
          kind="quiet"
          aria-label={texts().revokeOf(made())}
          onClick={() => props.onRevoke(props.invitation)}
        >
          {texts().revoke}
        </Button>
      </Show>
    </li>
  );
}
