import { createStore, reconcile } from "solid-js/store";

type Row = { id: string };
type State<Item> = {
  /** As far as it is loaded; undefined before the first page. */
  list: Item[] | undefined;
  /** Empty when there are no more pages. */
  nextPageToken: string;
  loading: boolean;
  error: unknown;
};

export type PagedRows<Item extends Row> = ReturnType<typeof createPagedList<Item>>;

/**
 * A list that the server gives page by page. Loading never rejects: the outcome is in `state`. Of
 * two loads the later one counts, whichever is answered first.
 */
export function createPagedList<Item extends Row>(
  fetchPage: (pageToken: string) => Promise<{ list: Item[]; nextPageToken: string }>,
) {
  const empty = { list: undefined, nextPageToken: "", loading: false, error: undefined };
  const [state, setState] = createStore<State<Item>>({ ...empty });
  let latest = 0;
  /** The page that was asked for last; empty for the first one. */
  let asked = "";

  async function load(pageToken: string): Promise<void> {
    const current = ++latest;
    asked = pageToken;
    setState({ loading: true, error: undefined });
    try {
      const page = await fetchPage(pageToken);
      if (current !== latest) return;
      show(pageToken === "" ? page.list : [...(state.list ?? []), ...page.list]);
      setState({ nextPageToken: page.nextPageToken });
    } catch (error) {
      if (current === latest) setState({ error });
    } finally {
      if (current === latest) setState({ loading: false });
    }
  }

  const show = (list: Item[]) => setState("list", reconcile(list, { key: "id" }));

  function change(put: (list: Item[]) => Item[]): void {
    if (state.list) show(put(state.list));
    // What is on its way may be from before the change.
    if (state.loading) void load(asked);
  }

  return {
    state,
    /** Loads the first page anew; the rows stay until it comes. */
    reload: () => load(""),
    /** Adds the next page; does nothing while one is on its way. */
    more: async () => (state.loading ? undefined : load(state.nextPageToken)),
    /** Asks for the page that failed once more. */
    retry: () => load(asked),
    /** Forgets the rows, as when they answer another question than the next load will. */
    clear() {
      latest += 1;
      setState({ ...empty });
    },
    replace: (item: Item) => change((list) => list.map((it) => (it.id === item.id ? item : it))),
    remove: (id: string) => change((list) => list.filter((it) => it.id !== id)),
  };
}
