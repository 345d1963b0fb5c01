import { createSignal, For, Match, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/admin.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { ChangeUserDialog } from "./ChangeUserDialog.tsx";
import type { UserChange } from "./ChangeUserDialog.tsx";
import { loadMorePeople, loadPeople, people } from "./people.ts";
import { UserRow } from "./UserRow.tsx";

/** Everybody with an account, for administrators, who may change what each of them may do. */
export function UserList(): JSX.Element {
  const [change, setChange] = createSignal<UserChange>();
  onMount(() => void loadPeople());
  const again = () => void (people.users ? loadMorePeople() : loadPeople());
  return (
    <>
      <p class="text-soft">{t().admin.users.lead}</p>
      <Switch>
        <Match when={people.users}>
          {(users) => (
            <ul class="rounded-card border border-line bg-surface">
              <For each={users()}>{(user) => <UserRow user={user} onChange={setChange} />}</For>
            </ul>
          )}
        </Match>
        <Match when={people.error === undefined}>
          <Skeleton widths={[45, 60, 50]} class="py-2" />
        </Match>
      </Switch>
      <Failure error={people.error} action={t().common.retry} onAction={again} />
      <Show when={people.nextPageToken && people.error === undefined}>
        <Button
          kind="quiet"
          class="self-center"
          busy={people.loading}
          onClick={() => void loadMorePeople()}
        >
          {t().admin.more}
        </Button>
      </Show>
      <Show when={change()}>
        {(asked) => <ChangeUserDialog change={asked()} onClose={() => setChange(undefined)} />}
      </Show>
    </>
  );
}
