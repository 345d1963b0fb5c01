/**
 * Runs `task`, which is a query or a whole transaction, and may look at how long it takes. The
 * statement is as the database gets it, with placeholders for its values; a transaction has none.
 */
export type Observe = <T>(
  kind: "query" | "transaction",
  statement: string,
  task: () => Promise<T>,
) => Promise<T>;

export const unobserved: Observe = (_kind, _statement, task) => task();
