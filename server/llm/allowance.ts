import { AppError } from "../errors.ts";
import { MAX_RUNNING_REPLIES } from "../limits.ts";

export type Allowance = ReturnType<typeof createAllowance>;

/** Counts what each user has under way, up to MAX_RUNNING_REPLIES. */
export function createAllowance() {
  const counts = new Map<string, number>();
  return {
    /** Takes one place and returns the function that gives it back; throws TOO_MANY_REPLIES. */
    take(userId: string): () => void {
      const count = counts.get(userId) ?? 0;
      if (count >= MAX_RUNNING_REPLIES) {
        throw new AppError("TOO_MANY_REPLIES", "Too many replies are under way. Wait for one.", {
          metadata: { limit: String(MAX_RUNNING_REPLIES) },
          retryDelay: 5000,
        });
      }
      counts.set(userId, count + 1);
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        const left = counts.get(userId)! - 1;
        if (left === 0) counts.delete(userId);
        else counts.set(userId, left);
      };
    },
  };
}
