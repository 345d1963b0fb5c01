const ID_BYTES = 16;

/** The ids of a chat's messages in their order, at 16 bytes each, so that a long chat stays small. */
export function createMessageNumbers() {
  let ids = Buffer.alloc(64 * ID_BYTES);
  let count = 0;

  return {
    /** Adds an id, which must be greater than those before. */
    add(id: string) {
      if ((count + 1) * ID_BYTES > ids.length) ids = Buffer.concat([ids, Buffer.alloc(ids.length)]);
      ids.write(id.replaceAll("-", ""), count * ID_BYTES, "hex");
      count += 1;
    },

    count: () => count,

    /** The number of a message, from 1; 0 for one that is not there. */
    of(id: string | null): number {
      if (id === null) return 0;
      const wanted = Buffer.from(id.replaceAll("-", ""), "hex");
      let low = 0;
      let high = count;
      while (low < high) {
        const middle = (low + high) >> 1;
        const start = middle * ID_BYTES;
        const order = ids.compare(wanted, 0, ID_BYTES, start, start + ID_BYTES);
        if (order === 0) return middle + 1;
        if (order < 0) low = middle + 1;
        else high = middle;
      }
      return 0;
    },
  };
}

export type MessageNumbers = ReturnType<typeof createMessageNumbers>;
