/** Where a call comes from. */
export type Origin = { address: string; device: string };

/** Who does something, by the name of that moment, and from where. */
export type Actor = Origin & { id: string; name: string };

/** Somebody who is not signed in. */
export type Stranger = Origin & { id: null; name: "" };

export function actorOf(user: { id: string; displayName: string }, origin: Origin): Actor {
  return { ...origin, id: user.id, name: user.displayName };
}

export function strangerFrom(origin: Origin): Stranger {
  return { ...origin, id: null, name: "" };
}
