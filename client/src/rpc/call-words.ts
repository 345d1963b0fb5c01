import { Code } from "@connectrpc/connect";
import { t } from "../i18n/api-page.ts";
import type { WireCall } from "./wire-call.ts";

/** The status that a call ended with by its name, such as `ok` or `not_found`; undefined without one. */
export function grpcStatus({ trailers, responseHeaders }: WireCall): string | undefined {
  const lines = [...trailers, ...responseHeaders];
  const number = lines.find(([name]) => name === "grpc-status")?.[1];
  if (number === undefined) return undefined;
  if (number === "0") return "ok";
  const name: string | undefined = Code[Number(number)];
  return name?.replaceAll(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase() ?? number;
}

/** How a call stands, in a word or two. */
export function callState(call: WireCall): string {
  if (call.end === undefined) return t().api.wire.running;
  if (call.end !== "answered") return t().api.wire.ends[call.end];
  return grpcStatus(call) ?? `HTTP ${call.httpStatus}`;
}

/** Whether a call ended in another way than it should. */
export function hasFailed(call: WireCall): boolean {
  if (call.end === "broken") return true;
  return call.end === "answered" && grpcStatus(call) !== "ok";
}

/** The name of a call's method, and of its service without the package. */
export function callNames({ path }: WireCall): { method: string; service: string } {
  const [service = "", method = ""] = path.split("/");
  return { method, service: service.split(".").at(-1) ?? service };
}

/** The version of HTTP as people write it; browsers say `h2`. */
export function httpName(version: string): string {
  if (version === "h2") return "HTTP/2";
  return version === "h3" ? "HTTP/3" : version.toUpperCase();
}

/** What carries the call, by its content type: the same port serves gRPC, gRPC-Web and Connect. */
export function protocolName({ requestHeaders }: WireCall): string {
  const type = requestHeaders.find(([name]) => name === "content-type")?.[1] ?? "";
  return type.startsWith("application/grpc-web") ? `gRPC-Web (${type})` : type;
}
