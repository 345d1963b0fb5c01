import { createSignal, For, Match, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/users.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { ScreenHeader } from "../ui/ScreenHeader.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { ChangeUserDialog } from "./ChangeUserDialog.tsx";
import type { UserChange } from "./ChangeUserDialog.tsx";
import { loadMorePeople, loadPeople, people } from "./people.ts";
import { isAdmin } from "./store.ts";
import { UserRow } from "./UserRow.tsx";

/** Everybody with an account, for administrators, who may change what each of them may do. */
export function UsersScreen(): JSX.Element {
  return (
    <>
      <ScreenHeader title={t().users.title} />
      <div class="flex-1 overflow-y-auto px-3.5 pb-12">
        <div class="mx-auto flex max-w-[720px] flex-col gap-6 pt-2">
          <Show
            when={isAdmin()}
            fallback={<p class="text-soft">{t().errors.reasons.ADMIN_REQUIRED({})}</p>}
          >
            <p class="text-soft">{t().users.lead}</p>
            <UserList />
          </Show>
        </div>
      </div>
    </>
  );
}

function UserList(): JSX.Element {
  const [change, setChange] = createSignal<UserChange>();
  onMount(() => void loadPeople());
  const again = () => void (people.users ? loadMorePeople() : loadPeople());
  return (
    <>
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
          {t().users.more}
        </Button>
      </Show>
      <Show when={change()}>
        {(asked) => <ChangeUserDialog change={asked()} onClose={() => setChange(undefined)} />}
      </Show>
    </>
  );
}
