import { useParams } from "@solidjs/router";
import { For, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/admin.ts";
import { type AdminPart, paths } from "../paths.ts";
import { ScreenHeader } from "../ui/ScreenHeader.tsx";
import { isAdmin } from "../user/store.ts";
import { AuditPart } from "./AuditPart.tsx";
import { HealthPart } from "./HealthPart.tsx";
import { RegistrationPart } from "./RegistrationPart.tsx";
import { RepliesPart } from "./RepliesPart.tsx";
import { UserList } from "./UserList.tsx";

const parts: AdminPart[] = ["users", "registration", "replies", "health", "audit"];

/** What administrators decide and look after, part by part. */
export function AdminScreen(): JSX.Element {
  const params = useParams<{ part?: string }>();
  const current = () => parts.find((part) => part === params.part) ?? "users";
  return (
    <>
      <ScreenHeader title={`${t().shell.administration} · ${t().admin.parts[current()]}`} />
      <div class="flex-1 overflow-y-auto px-3.5 pb-12">
        <div class="mx-auto flex max-w-[720px] flex-col gap-6 pt-2">
          <Show
            when={isAdmin()}
            fallback={<p class="text-soft">{t().errors.reasons.ADMIN_REQUIRED({})}</p>}
          >
            <Parts current={current()} />
            <Switch>
              <Match when={current() === "users"}>
                <UserList />
              </Match>
              <Match when={current() === "registration"}>
                <RegistrationPart />
              </Match>
              <Match when={current() === "replies"}>
                <RepliesPart />
              </Match>
              <Match when={current() === "health"}>
                <HealthPart />
              </Match>
              <Match when={current() === "audit"}>
                <AuditPart />
              </Match>
            </Switch>
          </Show>
        </div>
      </div>
    </>
  );
}

/** The ways to the parts; the models have a page of their own, which everybody may read. */
function Parts(props: { current: AdminPart }): JSX.Element {
  const links = () => [
    ...parts.map((part) => ({ href: paths.admin(part), name: t().admin.parts[part], part })),
    { href: paths.models, name: t().shell.models, part: undefined },
  ];
  return (
    <nav aria-label={t().admin.parts.label}>
      <ul class="flex flex-wrap gap-2">
        <For each={links()}>
          {({ href, name, part }) => (
            <li>
              <a
                href={href}
                aria-current={part === props.current ? "page" : undefined}
                class="flex h-9 items-center rounded-full border border-line bg-surface px-3.5 text-soft transition-colors hover:border-faint aria-[current]:border-accent aria-[current]:bg-accent-wash aria-[current]:text-ink pointer-coarse:h-11"
              >
                {name}
              </a>
            </li>
          )}
        </For>
      </ul>
    </nav>
  );
}
