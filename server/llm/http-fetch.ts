import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

const http = new HttpAgent({ keepAlive: true });
const https = new HttpsAgent({ keepAlive: true });

/**
 * A `fetch` over node:http with the parts of a Response that the ollama package reads. Node's own
 * gives up after five minutes without headers, which a large model may need to load, and its web
 * streams cost more per token than all the rest. The signal also covers the wait for the headers.
 * `drain` gives the connection back when the reader has seen all that it wants.
 */
export function createHttpFetch(signal: AbortSignal) {
  let drain = () => {};
  const send = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input));
    const body = typeof init.body === "string" ? init.body : undefined;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const secure = url.protocol === "https:";
      const request = (secure ? httpsRequest : httpRequest)(
        url,
        {
          method: init.method ?? "GET",
          // Node gives a DELETE with a body no length of its own accord.
          headers: {
            ...(init.headers as Record<string, string>),
            ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
          },
          agent: secure ? https : http,
          signal,
        },
        resolve,
      );
      request.on("error", (error) => reject(signal.aborted ? signal.reason : error));
      request.setNoDelay(true);
      request.end(body);
    });
    const chunks = response.iterator({ destroyOnReturn: false });
    drain = () => {
      void chunks.return?.().then(() => response.resume());
    };
    return toResponse(response, chunks, signal);
  };
  return { fetch: send as typeof fetch, drain: () => drain() };
}

function toResponse(
  message: IncomingMessage,
  chunks: AsyncIterator<unknown>,
  signal: AbortSignal,
): Response {
  const status = message.statusCode ?? 0;
  const read = async () => {
    try {
      const { done, value } = await chunks.next();
      return { done: done ?? false, value };
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    }
  };
  const text = async () => {
    let all = "";
    message.setEncoding("utf8");
    for (let part = await read(); !part.done; part = await read()) all += part.value;
    return all;
  };
  const response = {
    ok: status >= 200 && status < 300,
    status,
    statusText: message.statusMessage ?? "",
    headers: { get: (name: string) => message.headers[name.toLowerCase()] ?? null },
    text,
    json: async () => JSON.parse(await text()) as unknown,
    body: { getReader: () => ({ read, releaseLock() {} }) },
  };
  return response as unknown as Response;
}
