export type Writes = ReturnType<typeof createWrites>;

/**
 * Up to which place in the primary's log a replica must have come for users to find there what they
 * have written. The place is told by the first look at the primary that begins after the write.
 */
export function createWrites() {
  /** For each user who has written since: how many looks had begun. */
  const latest = new Map<string, number>();
  const positions = new Map<string, bigint>();
  let looks = 0;

  return {
    /** To be called when the user has written, before they hear of it. */
    note(userId: string) {
      latest.set(userId, looks);
    },

    /**
     * To be called before the primary is asked for its position, and the result with that. Forgets
     * what every replica has that is at `floor`.
     */
    look(): (position: bigint, floor: bigint) => void {
      const number = (looks += 1);
      return (position, floor) => {
        for (const [userId, before] of latest) {
          if (before >= number) continue;
          latest.delete(userId);
          positions.set(userId, position);
        }
        for (const [userId, at] of positions) if (at <= floor) positions.delete(userId);
      };
    },

    /** Whether what the user has written can be read at the position. */
    areAt(position: bigint, userId: string): boolean {
      return !latest.has(userId) && (positions.get(userId) ?? position) <= position;
    },
  };
}
