import { timestampDate } from "@bufbuild/protobuf/wkt";
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Role, type User } from "#proto/prosa/user/v1/user_pb.ts";
import { t } from "../i18n/admin.ts";
import { currentUser } from "../user/store.ts";
import { Icon } from "../ui/Icon.tsx";
import { Mark } from "../ui/Mark.tsx";
import { Menu } from "../ui/Menu.tsx";
import type { ChangeKind, UserChange } from "./ChangeUserDialog.tsx";

/** One account: whose it is, what it may do, and what can be changed about it. */
export function UserRow(props: {
  user: User;
  onChange: (change: UserChange) => void;
}): JSX.Element {
  const isAdministrator = () => props.user.role === Role.ADMIN;
  const marks = () => [
    ...(props.user.id === currentUser()?.id ? [t().admin.users.you] : []),
    ...(isAdministrator() ? [t().admin.users.administrator] : []),
  ];
  const facts = () =>
    [
      props.user.email,
      props.user.createTime && t().admin.users.since(timestampDate(props.user.createTime)),
    ]
      .filter(Boolean)
      .join(" · ");
  const item = (kind: ChangeKind) => ({
    label: t().admin.users.changes[kind].label,
    danger: kind === "disable",
    onSelect: () => props.onChange({ user: props.user, kind }),
  });
  return (
    <li class="flex items-center gap-3 border-line px-4 py-3 not-first:border-t">
      <div class="min-w-0 flex-1">
        <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span class="min-w-0 font-medium break-words">{props.user.displayName}</span>
          <For each={marks()}>{(mark) => <Mark>{mark}</Mark>}</For>
          <Show when={props.user.disabled}>
            <Mark tone="bad">{t().admin.users.disabled}</Mark>
          </Show>
        </p>
        <p class="mt-0.5 text-[13px] break-words text-faint">{facts()}</p>
      </div>
      <Menu
        align="end"
        label={t().admin.users.actions(props.user.displayName)}
        class="grid size-9 shrink-0 place-items-center rounded-row text-soft transition-colors hover:bg-sunken hover:text-ink pointer-coarse:size-11"
        items={[
          item(isAdministrator() ? "demote" : "promote"),
          item(props.user.disabled ? "enable" : "disable"),
        ]}
      >
        <Icon name="more" />
      </Menu>
    </li>
  );
}
