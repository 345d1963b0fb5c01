export type Topics = ReturnType<typeof createTopics>;

/** Publish and subscribe by name within this process. */
export function createTopics() {
  const listeners = new Map<string, Set<() => void>>();
  return {
    publish(name: string) {
      for (const listener of listeners.get(name) ?? []) listener();
    },
    /** Returns the function that ends the subscription. */
    subscribe(name: string, listener: () => void): () => void {
      let set = listeners.get(name);
      if (set === undefined) listeners.set(name, (set = new Set()));
      set.add(listener);
      return () => {
        set.delete(listener);
        if (set.size === 0 && listeners.get(name) === set) listeners.delete(name);
      };
    },
  };
}
