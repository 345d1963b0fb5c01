import type { Replicas } from "#db/replicas.ts";
import type { Interceptor } from "@connectrpc/connect";
import { isRead } from "./call-scope.ts";
import { callerKey } from "./context.ts";

/** Notes who writes and for how long, so that they read no replica that has not got it yet. */
export function createWriteNotes(replicas: Pick<Replicas, "writing">): Interceptor {
  return (next) => async (request) => {
    const user = request.contextValues.get(callerKey)?.user;
    if (user === undefined || isRead(request.method)) return next(request);
    const written = replicas.writing(user.id);
    if (!request.stream) return next(request).finally(written);
    // The signal of a stream aborts however it ends.
    if (request.signal.aborted) written();
    else request.signal.addEventListener("abort", written, { once: true });
    return next(request);
  };
}
