import type { SearchResult } from "#proto/prosa/chat/v1/search_pb.ts";
import type { Client } from "@connectrpc/connect";
import type { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { batch } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import { chatClient } from "../api.ts";
import { isCanceled } from "../errors.ts";
import type { Fetched } from "./state.ts";

const PAGE_SIZE = 20;

export interface SearchState extends Fetched {
  /** What `results` were found for; those of an earlier query stay until the new ones are here. */
  query: string;
  results: SearchResult[];
  nextPageToken: string;
}

/** Made anew each time: the store writes into it. */
const nothing = (): SearchState => ({ status: "idle", query: "", results: [], nextPageToken: "" });

/** One search after another; a new one ends the one before. */
export function createSearch(client: Pick<Client<typeof ChatService>, "searchMessages">) {
  const [state, setState] = createStore(nothing());
  let asked = { query: "", pageToken: "" };
  let running = new AbortController();

  async function fetchPage(query: string, pageToken: string): Promise<void> {
    asked = { query, pageToken };
    running.abort();
    running = new AbortController();
    const { signal } = running;
    setState({ status: "loading", error: undefined });
    try {
      const request = { query, pageSize: PAGE_SIZE, pageToken };
      const page = await client.searchMessages(request, { signal });
      if (signal.aborted) return;
      const before = pageToken ? state.results : [];
      const { nextPageToken } = page;
      // By place, so that a row that is shown again keeps its element, and with it the focus.
      const results = reconcile([...before, ...page.results], { key: null, merge: true });
      batch(() => {
        setState("results", results);
        setState({ status: "ready", query, nextPageToken });
      });
    } catch (error) {
      if (!signal.aborted && !isCanceled(error)) setState({ status: "failed", error });
    }
  }

  return {
    state,
    /** Finds the newest; a blank query finds nothing. What is found already is only made fresh. */
    async find(text: string): Promise<void> {
      const query = text.trim();
      if (query) return fetchPage(query, "");
      running.abort();
      setState({ ...nothing(), error: undefined });
    },
    async more(): Promise<void> {
      const { status, nextPageToken } = state;
      if (status !== "loading" && nextPageToken) await fetchPage(state.query, nextPageToken);
    },
    /** Tries again what failed. */
    retry: (): Promise<void> => fetchPage(asked.query, asked.pageToken),
  };
}

export type Search = ReturnType<typeof createSearch>;

let search: Search | undefined;

/** The search of this page; on the way back from a result its results are still there. */
export function currentSearch(): Search {
  return (search ??= createSearch(chatClient));
}
