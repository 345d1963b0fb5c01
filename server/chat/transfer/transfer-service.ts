import type { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import type { ImportChatsRequest } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../../app.ts";
import { AppError } from "../../errors.ts";
import { MAX_EXPORTS_PER_USER } from "../../limits.ts";
import { currentActor, streamSignal } from "../../rpc/context.ts";
import { createAdmission } from "./admission.ts";
import { exportChats } from "./export-chats.ts";
import type { StreamPart } from "./imports.ts";
import {
  fromImportFormat,
  fromRecordJson,
  toExportRecord,
  toImportSummary,
} from "./transfer-convert.ts";

type Methods = Pick<
  ServiceImpl<typeof ChatService>,
  "exportChats" | "importChats" | "importChatsPart"
>;

/** The methods of ChatService that take chats out and bring them in. */
export function transferMethods({ replicas, replies, imports, topics, audit }: Deps): Methods {
  const admit = createAdmission({ perUser: MAX_EXPORTS_PER_USER, refuse: tooManyExports });
  return {
    async *exportChats(_request, context) {
      const by = currentActor(context);
      const signal = streamSignal(context, topics);
      using stack = new DisposableStack();
      const leave = admit(by.id);
      stack.defer(leave);
      // Nobody asks for another record when the reader has left, so this function may never end.
      signal.addEventListener("abort", leave, { once: true });
      const from = { db: replicas.readFor(by.id), asOfNow: replies.asOfNow, audit };
      const records = exportChats(from, by, signal);
      for await (const record of records) yield toExportRecord(record);
    },
    async importChats(requests, context) {
      const signal = streamSignal(context, topics);
      const by = currentActor(context);
      const summary = await imports.stream(by, toParts(requests), fromRecordJson, signal);
      return { summary: toImportSummary(summary) };
    },
    async importChatsPart(request, context) {
      const { importId, offset, data, last } = request;
      const part = {
        ...{ importId, data, last },
        format: fromImportFormat(request.format),
        offset: Number(offset),
      };
      const summary = await imports.part(currentActor(context), part, fromRecordJson);
      return { summary: toImportSummary(summary) };
    },
  };
}

function tooManyExports() {
  const words = "Too many exports are under way. Wait for one.";
  return new AppError("TOO_MANY_ATTEMPTS", words, { retryDelay: 5000 });
}

async function* toParts(requests: AsyncIterable<ImportChatsRequest>): AsyncIterable<StreamPart> {
  for await (const { part } of requests) {
    if (part.case === "format") yield { case: "format", value: fromImportFormat(part.value) };
    if (part.case === "data") yield { case: "data", value: part.value };
  }
}
