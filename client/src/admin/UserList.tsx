import { createSignal, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/admin.ts";
import { ChangeUserDialog } from "./ChangeUserDialog.tsx";
import type { UserChange } from "./ChangeUserDialog.tsx";
import { PagedList } from "./PagedList.tsx";
import { people } from "./people.ts";
import { UserRow } from "./UserRow.tsx";

/** Everybody with an account, for administrators, who may change what each of them may do. */
export function UserList(): JSX.Element {
  const [change, setChange] = createSignal<UserChange>();
  onMount(() => void people.reload());
  return (
    <>
      <p class="text-soft">{t().admin.users.lead}</p>
      <PagedList
        rows={people}
        label={t().admin.parts.users}
        skeleton={[45, 60, 50]}
        class="rounded-card border border-line bg-surface"
      >
        {(user) => <UserRow user={user} onChange={setChange} />}
      </PagedList>
      <Show when={change()}>
        {(asked) => <ChangeUserDialog change={asked()} onClose={() => setChange(undefined)} />}
      </Show>
    </>
  );
}
