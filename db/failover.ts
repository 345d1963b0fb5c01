import type postgres from "postgres";
import { currentSignal } from "./scope.ts";

type Ask = (client: postgres.Sql) => PromiseLike<unknown>;

/**
 * A client whose queries go to the one that `choose` names, each anew. A replica's error is no
 * answer: the query is repeated on the primary, unless its call has ended. Transactions are the
 * primary's.
 */
export function failoverClient(
  primary: postgres.Sql,
  choose: () => postgres.Sql | undefined,
): postgres.Sql {
  async function run(ask: Ask): Promise<unknown> {
    const replica = choose();
    if (replica === undefined) return ask(primary);
    try {
      return await ask(replica);
    } catch (error) {
      if (currentSignal()?.aborted === true) throw error;
      return ask(primary);
    }
  }
  const unsafe = (text: string, params: never[] = []) => ({
    // oxlint-disable-next-line unicorn/no-thenable
    then: <A, B>(done: (rows: unknown) => A, failed: (error: unknown) => B) =>
      run((client) => client.unsafe(text, params)).then(done, failed),
    values: () => run((client) => client.unsafe(text, params).values()),
  });
  return { options: primary.options, unsafe, begin: primary.begin } as never;
}
