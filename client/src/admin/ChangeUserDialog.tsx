import type { JSX } from "solid-js";
import { Role, type User } from "#proto/prosa/user/v1/user_pb.ts";
import { t } from "../i18n/admin.ts";
import { announce } from "../ui/announce.ts";
import { ConfirmDialog } from "../ui/ConfirmDialog.tsx";
import { changePerson } from "./people.ts";

export type ChangeKind = "promote" | "demote" | "disable" | "enable";
export type UserChange = { user: User; kind: ChangeKind };

const changes: Record<ChangeKind, { role?: Role; disabled?: boolean }> = {
  promote: { role: Role.ADMIN },
  demote: { role: Role.MEMBER },
  disable: { disabled: true },
  enable: { disabled: false },
};

/** Asks before somebody's rights change; says why when one administrator has to remain. */
export function ChangeUserDialog(props: { change: UserChange; onClose: () => void }): JSX.Element {
  const texts = () => t().admin.users.changes[props.change.kind];
  const name = () => props.change.user.displayName;
  const confirm = async () => {
    const { user, kind } = props.change;
    // Kept from before the change, which may take this screen away.
    const done = texts().done(name());
    await changePerson(user.id, changes[kind]);
    announce(done);
  };
  return (
    <ConfirmDialog
      title={texts().title(name())}
      hint={texts().hint}
      action={texts().label}
      danger={props.change.kind === "disable"}
      onConfirm={confirm}
      onClose={() => props.onClose()}
    />
  );
}
