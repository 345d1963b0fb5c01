import type { ConnectRouter } from "@connectrpc/connect";
import {
  createAsyncIterable,
  type UniversalHandler,
  type UniversalHandlerFn,
  type UniversalServerRequest,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { AppError } from "../errors.ts";
import { fromAppError } from "./errors.ts";

export const GRPC = /^application\/grpc(-web)?(-text)?(\+|;|$)/;

/** The answer to what is no call: an error in the words of the protocol that was spoken. */
export function refusal(contentType: string, status: number, error: AppError) {
  const failure = fromAppError(error);
  if (GRPC.test(contentType)) {
    const header = setTrailerStatus(new Headers({ "content-type": contentType }), failure);
    return { status: 200, header, body: new Uint8Array() };
  }
  const header = new Headers({ "content-type": "application/json" });
  return { status, header, body: errorToJsonBytes(failure, undefined) };
}

/** Makes the methods of a router say why, where Connect answers with a bare HTTP status. */
export function explainRefusals({ handlers }: ConnectRouter): void {
  for (const [index, handler] of handlers.entries()) {
    const answer: UniversalHandlerFn = (request) =>
      handler(request).then((response) => explained(request, response, handler));
    handlers[index] = Object.assign(answer, handler);
  }
}

function explained(
  request: UniversalServerRequest,
  response: UniversalServerResponse,
  handler: UniversalHandler,
): UniversalServerResponse {
  if (response.status === 200 || response.body !== undefined) return response;
  const { method, allowedMethods } = handler;
  const header = new Headers(response.header);
  const say = (words: string) => {
    header.set("content-type", "text/plain");
    return { ...response, header, body: createAsyncIterable([Buffer.from(`${words}\n`)]) };
  };
  switch (response.status) {
    case 405:
      header.set("allow", allowedMethods.join(", "));
      return say(`${method.name} is asked for by ${allowedMethods.join(" or ")}.`);
    case 415:
      return say(`${method.name} cannot be asked for in this content type.`);
    case 505: {
      const told = refusal(request.header.get("content-type") ?? "", 505, unsuitable(method.name));
      for (const [name, value] of header) told.header.set(name, value);
      return { ...told, body: createAsyncIterable([told.body]) };
    }
    default:
      return response;
  }
}

function unsuitable(method: string): AppError {
  const use = "gRPC, gRPC-Web or Connect over HTTP/2";
  const words = `${method} streams in both directions, which HTTP/1.1 cannot: use ${use}.`;
  return new AppError("PROTOCOL_UNSUITABLE", words, { metadata: { use } });
}
