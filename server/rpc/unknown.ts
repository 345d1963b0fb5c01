import { Code } from "@connectrpc/connect";
import type { IncomingMessage, ServerResponse } from "node:http";

const GRPC = /^application\/grpc(-web)?(-text)?(\+|;|$)/;

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
  const message = `there is no method ${path}`;
  const grpc = GRPC.exec(request.headers["content-type"] ?? "");
  if (grpc !== null) {
    response.writeHead(200, {
      "content-type": String(request.headers["content-type"]),
      "grpc-status": String(Code.Unimplemented),
      "grpc-message": encodeURIComponent(message),
    });
    response.end();
    return;
  }
  response.writeHead(404, { "content-type": "application/json" });
  response.end(JSON.stringify({ code: "unimplemented", message }));
}
