/** Allows only so many streams at once over all tabs; returns the way to give the place back. */
export type TakeSlot = () => Promise<(() => void) | undefined>;

/** A browser opens six connections to an origin: the other half is for calls and for loading. */
const SLOTS = 3;

/** Takes one of the browser's places for a stream; undefined when all are taken. */
export const takeBrowserSlot: TakeSlot = async () => {
  // Only pages with TLS or on this machine have locks; elsewhere hidden tabs giving theirs back
  // has to be enough.
  if (!navigator.locks) return () => {};
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const release = await takeLock(`prosa.stream.${slot}`);
    if (release) return release;
  }
  return undefined;
};

function takeLock(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(undefined);
      return new Promise<void>((release) => resolve(release));
    });
  });
}
