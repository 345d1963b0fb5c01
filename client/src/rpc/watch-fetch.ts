import { createFrameReader } from "./frames.ts";
import { headersOf, type RecordedCall } from "./wire-call.ts";

/** Makes a `fetch` that lets every byte pass as it comes and tells of it. */
export function watchFetch(
  begin: (url: URL, headers: Headers) => RecordedCall | undefined,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    const recorded = begin(url, new Headers(init?.headers));
    if (!recorded) return fetch(input, init);
    if (init?.body instanceof Uint8Array) watchRequest(recorded, init.body);
    try {
      const response = await fetch(input, init);
      recorded.set({ httpStatus: response.status, responseHeaders: headersOf(response.headers) });
      return watchResponse(recorded, response, init?.signal ?? undefined);
    } catch (error) {
      end(recorded, init?.signal?.aborted ? "left" : "broken");
      throw error;
    }
  };
}

function watchRequest(recorded: RecordedCall, body: Uint8Array): void {
  recorded.set("bytesUp", body.length);
  createFrameReader((frame) => recorded.addFrame("up", frame))(body);
}

function watchResponse(
  recorded: RecordedCall,
  response: Response,
  signal: AbortSignal | undefined,
): Response {
  if (!response.body) {
    end(recorded, "answered");
    return response;
  }
  const reader = response.body.getReader();
  const take = createFrameReader((frame) => recorded.addFrame("down", frame));
  // Read only when the call itself wants more: nothing waits here, and nothing is read too early.
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            end(recorded, "answered");
            return controller.close();
          }
          if (recorded.call.firstByteAt === undefined) {
            recorded.set("firstByteAt", recorded.elapsed());
          }
          recorded.set("bytesDown", (sum) => sum + value.length);
          take(value);
          controller.enqueue(value);
        } catch (error) {
          end(recorded, signal?.aborted ? "left" : "broken");
          controller.error(error);
        }
      },
      cancel(reason) {
        end(recorded, "left");
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  const { headers, status, statusText } = response;
  return new Response(body, { headers, status, statusText });
}

function end(recorded: RecordedCall, end: "answered" | "left" | "broken"): void {
  if (recorded.call.end === undefined) recorded.set({ end, endedAt: recorded.elapsed() });
}
