import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";
import { createSignal, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { Invitation } from "#proto/prosa/user/v1/invitation_pb.ts";
import { t } from "../i18n/admin.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { invitations, revokeInvitation } from "./invitations.ts";
import { PagedList } from "./PagedList.tsx";

/** The invitations that were made, with the way to take those back that nobody has used. */
export function InvitationList(props: {
  onRevoked: (invitation: Invitation) => void;
}): JSX.Element {
  const [doomed, setDoomed] = createSignal<Invitation>();
  const texts = () => t().admin.invitations;
  onMount(() => void invitations.reload());
  const revoke = async (invitation: Invitation) => {
    await revokeInvitation(invitation.id);
    props.onRevoked(invitation);
    announce(texts().revoked);
  };
  return (
    <>
      <PagedList
        rows={invitations}
        label={texts().title}
        none={texts().none}
        skeleton={[70, 55]}
        class="flex flex-col gap-3"
      >
        {(invitation) => <Row invitation={invitation} onRevoke={setDoomed} />}
      </PagedList>
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
