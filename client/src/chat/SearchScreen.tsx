import { useNavigate, useSearchParams } from "@solidjs/router";
import { createEffect, createSignal, For, Match, on, onCleanup, onMount, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { errorText, hasReason } from "../errors.ts";
import { t } from "../i18n/search.ts";
import { announce } from "../ui/announce.ts";
import { Notice } from "../ui/Notice.tsx";
import { ScreenHeader } from "../ui/ScreenHeader.tsx";
import { SearchField } from "../ui/SearchField.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { currentSearch } from "./search.ts";
import { placeBefore, SEARCH_FIELD } from "./search-place.ts";
import { SearchHints } from "./SearchHints.tsx";
import { SearchResults } from "./SearchResults.tsx";

/** Who is still typing is not searched for; this long after the last key is the end of it. */
const TYPING_MS = 200;

/** Safely below the 1,024 bytes of a query in most languages; the server says it of others. */
const LONGEST_QUERY = 500;

/** Finds words in all conversations; the address holds the query. */
export function SearchScreen(): JSX.Element {
  const { state, find, retry } = currentSearch();
  const [params, setParams] = useSearchParams<{ q: string }>();
  const navigate = useNavigate();
  const [text, setText] = createSignal(params.q ?? "");
  /** Whether Enter was pressed: then the first result is opened as soon as it is there. */
  const [submitted, setSubmitted] = createSignal(false);
  let column!: HTMLDivElement;
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));

  createEffect(
    on(
      () => params.q ?? "",
      (query) => {
        if (query.trim() !== text().trim()) setText(query);
        void find(query).then(() => {
          if (state.status !== "ready") return;
          announce(t().search.found(state.results.length, state.nextPageToken !== ""));
        });
      },
    ),
  );
  const settle = () => {
    clearTimeout(timer);
    setParams({ q: text().trim() || undefined }, { replace: true });
  };
  const openFirst = () => column.querySelector<HTMLElement>("ol a")?.click();
  const submit = () => {
    settle();
    setSubmitted(true);
  };
  // What stands there may still be the results of an earlier text.
  createEffect(() => {
    const found = state.status === "ready" && state.query === text().trim();
    if (!submitted() || !found) return;
    setSubmitted(false);
    openFirst();
  });
  const type = (value: string) => {
    setText(value);
    setSubmitted(false);
    clearTimeout(timer);
    timer = setTimeout(settle, TYPING_MS);
  };
  /** Arrows go through the results, above which the field stands; Escape leads back. */
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      navigate(placeBefore());
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = [...column.querySelectorAll<HTMLElement>("input, ol a")];
    const next = stops[stops.findIndex((one) => one === document.activeElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  onMount(() => {
    column.addEventListener("keydown", keys);
  });

  return (
    <>
      <ScreenHeader title={t().shell.search} />
      <div class="flex-1 overflow-y-auto px-3.5 pb-12">
        <div ref={column} class="mx-auto flex max-w-[720px] flex-col gap-4 pt-2">
          <SearchField
            id={SEARCH_FIELD}
            label={t().search.label}
            placeholder={t().search.placeholder}
            maxlength={LONGEST_QUERY}
            autofocus
            value={text()}
            onInput={type}
            onSubmit={submit}
          />
          <Switch>
            <Match
              when={state.status === "failed" && hasReason(state.error, ErrorReason.BAD_QUERY)}
            >
              <Notice icon="alert" alert>
                {errorText(state.error)}
              </Notice>
            </Match>
            <Match when={state.status === "failed"}>
              <Notice
                kind="bad"
                icon="alert"
                alert
                action={t().common.retry}
                onAction={() => void retry()}
              >
                {errorText(state.error)}
              </Notice>
            </Match>
            <Match when={state.results.length > 0}>
              <SearchResults />
            </Match>
            <Match when={state.status === "loading"}>
              <div aria-busy="true" class="flex flex-col gap-6 px-3 pt-2">
                <For each={[1, 2, 3]}>{() => <Skeleton widths={[45, 96, 80]} />}</For>
              </div>
            </Match>
            <Match when={state.status === "ready"}>
              <div class="px-3">
                <p class="wrap-anywhere">{t().search.nothing(state.query)}</p>
                <p class="mt-1 text-soft">{t().search.nothingHint}</p>
              </div>
            </Match>
            <Match when={true}>
              <SearchHints />
            </Match>
          </Switch>
        </div>
      </div>
    </>
  );
}
