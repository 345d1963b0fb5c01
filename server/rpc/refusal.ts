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
  const error = reasonOf(response.status, handler);
  if (error === undefined) return response;
  // gRPC clients look into no body, so only what their own protocol can say replaces the status.
  const type = request.header.get("content-type") ?? "";
  const told = refusal(response.status === 505 ? type : "", response.status, error);
  response.header?.forEach((value, name) => told.header.set(name, value));
  if (response.status === 405) told.header.set("allow", handler.allowedMethods.join(", "));
  return { ...told, body: createAsyncIterable([told.body]) };
}

function reasonOf(status: number, { method, protocolNames, allowedMethods }: UniversalHandler) {
  if (status === 505) {
    const use = "gRPC, gRPC-Web or Connect over HTTP/2";
    const words = `${method.name} streams in both directions, which HTTP/1.1 cannot: use ${use}.`;
    return new AppError("PROTOCOL_UNSUITABLE", words, { metadata: { use } });
  }
  if (status === 405) {
    const words = `${method.name} is asked for by ${allowedMethods.join(" or ")}.`;
    return new AppError("UNREADABLE_REQUEST", words);
  }
  if (status !== 415) return undefined;
  const words = `This content type is none in which ${method.name} can be asked by ${protocolNames.join(", ")}.`;
  return new AppError("UNREADABLE_REQUEST", words);
}
