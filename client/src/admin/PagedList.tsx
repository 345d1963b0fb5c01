import { For, Match, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/admin.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import type { PagedRows } from "./paged-list.ts";

/** The rows that are loaded, with the way to the others; says when there are none, and what failed. */
export function PagedList<Item extends { id: string }>(props: {
  rows: PagedRows<Item>;
  label: string;
  /** What is said when there is no row. */
  none?: string;
  /** The lines that stand for rows while the first ones are loading. */
  skeleton: number[];
  class: string;
  children: (item: Item) => JSX.Element;
}): JSX.Element {
  const state = () => props.rows.state;
  return (
    <>
      <Switch>
        <Match when={state().list}>
          {(list) => (
            <Show
              when={list().length > 0}
              fallback={
                <Show when={!state().nextPageToken}>
                  <p class="text-faint">{props.none}</p>
                </Show>
              }
            >
              <ul aria-label={props.label} class={props.class}>
                <For each={list()}>{(item) => props.children(item)}</For>
              </ul>
            </Show>
          )}
        </Match>
        <Match when={state().error === undefined}>
          <Skeleton widths={props.skeleton} class="py-2" />
        </Match>
      </Switch>
      <Failure
        error={state().error}
        action={t().common.retry}
        onAction={() => void props.rows.retry()}
      />
      <Show when={state().nextPageToken && state().error === undefined}>
        <Button
          kind="quiet"
          class="self-center"
          busy={state().loading}
          onClick={() => void props.rows.more()}
        >
          {t().common.more}
        </Button>
      </Show>
    </>
  );
}
