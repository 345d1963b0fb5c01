import type { JsonObject } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { codeToString, errorFromJson } from "@connectrpc/connect/protocol-connect";
import { findTrailerError } from "@connectrpc/connect/protocol-grpc";
import type { IncomingHttpHeaders } from "node:http";
import { type Failure, readFailure } from "./failure.ts";

type Answer = Partial<Pick<Failure, "reason" | "message" | "metadata">> & { code?: string };

/** The error of an answer, wherever its protocol puts it; headers and trailers together. */
export function readAnswer(status: number, headers: IncomingHttpHeaders, body: string): Answer {
  const fields = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  for (const [, name, value] of body.matchAll(/(grpc-[a-z-]+): (.*)\r\n/g))
    fields.set(name!, value!);
  if (fields.has("grpc-status"))
    return told(
      findTrailerError(new Headers([...fields].filter(([name]) => name.startsWith("grpc-")))),
    );
  // A stream tells its error in its last message, a unary call in its only one.
  const json = /(?:\{"error":.*|^\{.*)\}/s.exec(body)?.[0];
  const parsed = json === undefined ? {} : parse(json);
  // An answer may have a code that is none of an error: an invitation has.
  const failed = status !== 200 && parsed["code"] !== undefined;
  const error = parsed["error"] ?? (failed ? parsed : undefined);
  if (error === undefined) return {};
  return told(errorFromJson(error, undefined, new ConnectError("no error", Code.Unknown)));
}

function parse(json: string): JsonObject {
  try {
    return JSON.parse(json) as JsonObject;
  } catch {
    return {};
  }
}

function told(error: ConnectError | undefined): Answer {
  if (error === undefined) return { code: "ok" };
  const { reason, message, metadata } = readFailure(error);
  return { code: codeToString(error.code), reason, message, metadata };
}
