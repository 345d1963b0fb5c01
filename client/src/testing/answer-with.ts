import type { DescService } from "@bufbuild/protobuf";
import { ConnectError, createRouterTransport } from "@connectrpc/connect";
import type { Code, ConnectRouter, ServiceImpl } from "@connectrpc/connect";
import { ErrorDetailSchema } from "#proto/prosa/rpc/v1/error_pb.ts";
import type { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { inspectCalls, useTransport } from "../api.ts";

/** Answers all calls of the client with these methods, through its own interceptors. */
export function answerWith(routes: (router: ConnectRouter) => void): void {
  useTransport(createRouterTransport(routes, { transport: { interceptors: [inspectCalls] } }));
}

/** The methods of one service that a test needs. */
export type Methods<Service extends DescService> = Partial<ServiceImpl<Service>>;

/** An error as the server sends it. */
export function refusal(
  code: Code,
  reason: ErrorReason,
  metadata: Record<string, string> = {},
): ConnectError {
  return new ConnectError("", code, undefined, [
    { desc: ErrorDetailSchema, value: { reason, metadata } },
  ]);
}
