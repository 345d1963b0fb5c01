import { timestampDate } from "@bufbuild/protobuf/wkt";
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { SearchResult, SnippetPart } from "#proto/prosa/chat/v1/search_pb.ts";
import { t } from "../i18n/search.ts";
import { format } from "../i18n/i18n.ts";
import { paths } from "../paths.ts";

/** A place where the words stand, and the way there. */
export function SearchResultRow(props: { result: SearchResult; onOpen: () => void }): JSX.Element {
  const chat = () => props.result.chat;
  const isTitle = () => props.result.messageId === "";
  const time = () => props.result.createTime && timestampDate(props.result.createTime);
  const who = () => (isTitle() ? t().search.inTitle : props.result.model || t().search.byYou);
  return (
    <li>
      <a
        href={paths.chat(chat()?.id ?? "", props.result.messageId)}
        onClick={() => props.onOpen()}
        class="block rounded-note px-3 py-2.5 transition-colors hover:bg-sunken focus-visible:bg-sunken"
      >
        <span class="flex items-baseline gap-3">
          <span class="min-w-0 flex-1 truncate font-medium">
            <Show when={isTitle()} fallback={chat()?.title || t().chat.newChat}>
              <Snippet parts={props.result.snippet} />
            </Show>
          </span>
          <span class="max-w-[50%] shrink-0 truncate text-[12px] text-faint">
            {who()} · <Show when={time()}>{(at) => <Day time={at()} />}</Show>
          </span>
        </span>
        <Show when={!isTitle()}>
          <span class="mt-1 line-clamp-3 text-[13.5px] wrap-anywhere text-soft">
            <Snippet parts={props.result.snippet} />
          </span>
        </Show>
      </a>
    </li>
  );
}

function Day(props: { time: Date }): JSX.Element {
  return <time datetime={props.time.toISOString()}>{format().date(props.time)}</time>;
}

function Snippet(props: { parts: SnippetPart[] }): JSX.Element {
  return (
    <For each={props.parts}>
      {(part) => (
        <Show when={part.match} fallback={part.text}>
          <mark class="rounded-[3px] bg-mark text-ink">{part.text}</mark>
        </Show>
      )}
    </For>
  );
}
