import { createMemo, createSignal, For, Match, onMount, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/api-page.ts";
import { Failure } from "../ui/Failure.tsx";
import { ScreenHeader } from "../ui/ScreenHeader.tsx";
import { SearchField } from "../ui/SearchField.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { MethodRow } from "./MethodRow.tsx";
import { commentOf, findMethods, fullName, type Schema } from "./schema.ts";
import { loadSchema, schema, schemaError } from "./store.ts";
import { TokenSection } from "./TokenSection.tsx";
import { WireSection } from "./WireSection.tsx";

/** What programs can call on this server, as the server itself describes it. */
export function ApiScreen(): JSX.Element {
  const [query, setQuery] = createSignal("");
  onMount(() => void loadSchema());
  return (
    <>
      <ScreenHeader title={t().shell.api} />
      <div class="flex-1 overflow-x-hidden overflow-y-auto px-3.5 pb-12">
        <div class="mx-auto flex max-w-[820px] flex-col gap-6 pt-2">
          <p class="text-soft">{t().api.lead}</p>
          <WireSection />
          <TokenSection />
          <Switch>
            <Match when={schema()}>
              {(known) => (
                <>
                  <SearchField
                    label={t().api.search}
                    placeholder={t().api.search}
                    value={query()}
                    onInput={setQuery}
                  />
                  <Services schema={known()} query={query()} />
                </>
              )}
            </Match>
            <Match when={schemaError() !== undefined}>
              <Failure
                error={schemaError()}
                action={t().common.retry}
                onAction={() => void loadSchema()}
              />
            </Match>
            <Match when={true}>
              <div aria-busy="true">
                <Skeleton widths={[100, 45, 80, 70, 85]} />
              </div>
            </Match>
          </Switch>
        </div>
      </div>
    </>
  );
}

/** All methods stay where they are while others are looked for, opened or not; some are hidden. */
function Services(props: { schema: Schema; query: string }): JSX.Element {
  const found = createMemo(() => findMethods(props.schema, props.query));
  const none = () => (props.query.trim() === "" ? t().api.nothing : t().api.none);
  return (
    <>
      <p role="status" class="-mt-3 px-1 text-[13px] text-faint">
        {found().size === 0 ? none() : t().api.count(found().size)}
      </p>
      <For each={props.schema.services}>
        {(service) => (
          <section
            aria-labelledby={service.typeName}
            hidden={!service.methods.some((method) => found().has(method))}
          >
            <h2
              id={service.typeName}
              class="px-1 font-mono text-[13.5px] font-semibold wrap-anywhere"
            >
              {service.typeName}
            </h2>
            <Show when={commentOf(props.schema, service)}>
              {(comment) => <p class="mt-1 px-1 text-soft">{comment()}</p>}
            </Show>
            <ul class="mt-2.5 rounded-card border border-line bg-surface">
              <For each={service.methods}>
                {(method) => (
                  <li
                    id={fullName(method)}
                    class="border-line [li:not([hidden])~&]:border-t"
                    hidden={!found().has(method)}
                  >
                    <MethodRow schema={props.schema} method={method} />
                  </li>
                )}
              </For>
            </ul>
          </section>
        )}
      </For>
    </>
  );
}
