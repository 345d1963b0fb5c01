import type { Actor } from "../audit/actor.ts";

/** Somebody by their id, as those are who do something. */
export function actorWith({ id }: { id: string }): Actor {
  return { id, name: "Ana", address: "127.0.0.1", device: "a test" };
}
