import { For, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/search.ts";
import { Button } from "../ui/Button.tsx";
import { currentSearch } from "./search.ts";
import { SearchResultRow } from "./SearchResultRow.tsx";

/** The result that was opened last, by its place: who comes back goes on from there. */
let opened: number | undefined;

/** What was found, newest first. */
export function SearchResults(): JSX.Element {
  const { state, more } = currentSearch();
  let list!: HTMLOListElement;
  const focusResult = (at: number) => list.querySelectorAll("a")[at]?.focus();
  onMount(() => {
    if (opened !== undefined) focusResult(opened);
    opened = undefined;
  });
  const showMore = async () => {
    const before = state.results.length;
    await more();
    focusResult(before);
  };
  return (
    <section aria-labelledby="found" aria-busy={state.status === "loading"}>
      <h2 id="found" class="px-3 pb-2 text-[12px] text-faint">
        {t().search.found(state.results.length, state.nextPageToken !== "")}
      </h2>
      <ol ref={list} class="flex flex-col gap-0.5">
        <For each={state.results}>
          {(result, at) => <SearchResultRow result={result} onOpen={() => (opened = at())} />}
        </For>
      </ol>
      <Show when={state.nextPageToken}>
        <div class="px-3 pt-3">
          <Button busy={state.status === "loading"} onClick={() => void showMore()}>
            {t().common.more}
          </Button>
        </div>
      </Show>
    </section>
  );
}
