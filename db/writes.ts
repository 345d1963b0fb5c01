/**
 * Up to which place in the primary's log a replica must have come for a user to find there what
 * they have written. The place is told by the first look at the primary that begins after the write.
 */
export type Writes = ReturnType<typeof createWrites>;

type Entry = {
  /** Writes under way. */
  open: number;
  /** Undefined: not known yet, so that no replica will do. */
  position: bigint | undefined;
};

export function createWrites() {
  const entries = new Map<string, Entry>();
  /** Users whose writes have ended since the last look began. */
  let ended = new Set<string>();

  return {
    /** A write of the user is under way until the returned function is called. */
    begin(userId: string): () => void {
      const entry = entries.get(userId) ?? { open: 0, position: undefined };
      entries.set(userId, entry);
      entry.open += 1;
      entry.position = undefined;
      let isOpen = true;
      return () => {
        if (isOpen) entry.open -= 1;
        isOpen = false;
        if (entry.open === 0) ended.add(userId);
      };
    },

    /** To be called before the primary is asked for its position, which the result is to be told. */
    look(): (position: bigint | undefined) => void {
      const asked = ended;
      ended = new Set();
      return (position) => {
        for (const userId of asked) {
          const entry = entries.get(userId);
          if (position === undefined) ended.add(userId);
          else if (entry?.open === 0 && !ended.has(userId)) entry.position = position;
        }
      };
    },

    /** Whether what the user has written can be read at the position. */
    areAt(position: bigint, userId: string): boolean {
      const entry = entries.get(userId);
      if (entry === undefined) return true;
      return entry.position !== undefined && entry.position <= position;
    },

    /** Forgets what every replica that is still used must have. */
    forgetUpTo(position: bigint) {
      for (const [userId, entry] of entries) {
        if (entry.position !== undefined && entry.position <= position) entries.delete(userId);
      }
    },
  };
}
