import type { IncomingMessage, ServerResponse } from "node:http";
import { methodMissing } from "./library-errors.ts";
import { GRPC, refusal } from "./refusal.ts";

/** Whether a request that no method answers was meant for one. */
export function looksLikeCall(request: IncomingMessage, path: string): boolean {
  const type = request.headers["content-type"] ?? "";
  if (GRPC.test(type) || type.startsWith("application/connect+")) return true;
  return /^\/([A-Za-z_][\w]*\.)*[A-Za-z_]\w*\/[A-Z]\w*$/.test(path) && !path.startsWith("/assets/");
}

/** Says `unimplemented` in the words of the protocol that was spoken. */
export function answerUnknownMethod(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) {
  const error = methodMissing(path.slice(1));
  const { status, header, body } = refusal(request.headers["content-type"] ?? "", 404, error);
  response.writeHead(status, Object.fromEntries(header));
  response.end(body);
}
