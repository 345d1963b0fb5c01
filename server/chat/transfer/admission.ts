import type { AppError } from "../../errors.ts";

type Limits = {
  perUser: number;
  all?: number;
  /** The error for a limit that is reached. */
  refuse: (limit: number) => AppError;
};

/**
 * Counts what each user, and all together, have under way. Returns a function that takes a place and
 * returns the one that gives it back.
 */
export function createAdmission({ perUser, all: most = Infinity, refuse }: Limits) {
  const counts = new Map<string, number>();
  let all = 0;
  return (userId: string): (() => void) => {
    const own = counts.get(userId) ?? 0;
    if (own >= perUser) throw refuse(perUser);
    if (all >= most) throw refuse(most);
    counts.set(userId, own + 1);
    all += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      all -= 1;
      const left = counts.get(userId)! - 1;
      if (left === 0) counts.delete(userId);
      else counts.set(userId, left);
    };
  };
}
