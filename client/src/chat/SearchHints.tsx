import { For } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/search.ts";

const kinds = ["phrase", "without", "model", "days"] as const;

/** What can be written into the search, while nothing is. */
export function SearchHints(): JSX.Element {
  return (
    <div class="px-3 text-[13.5px] text-soft">
      <p>{t().search.hint}</p>
      <dl class="mt-4 grid grid-cols-[auto_1fr] gap-x-5 gap-y-2.5 max-phone:grid-cols-1 max-phone:gap-y-0">
        <For each={kinds}>
          {(kind) => (
            <>
              <dt class="font-mono text-[12.5px] text-ink max-phone:mt-3">
                {t().search.examples[kind]}
              </dt>
              <dd>{t().search.hints[kind]}</dd>
            </>
          )}
        </For>
      </dl>
    </div>
  );
}
