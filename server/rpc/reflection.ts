import type { ServerReflectionRequest } from "#proto/grpc/reflection/v1/reflection_pb.ts";
import type { ServerReflectionRequest as AlphaRequest } from "#proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { Code, type HandlerContext } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { MAX_REFLECTION_REQUESTS, OPEN_STREAM_IDLE } from "../limits.ts";
import { readClientStream } from "../client-stream.ts";
import { openStreamSignal } from "./context.ts";
import type { Schema, SchemaFile } from "./schema.ts";

type Request = ServerReflectionRequest | AlphaRequest;
type Question = Request["messageRequest"];

/** grpc.reflection, in v1 and in v1alpha, whose messages are the same. */
export function reflectionService({ topics }: Deps, schema: () => Promise<Schema>) {
  return {
    async *serverReflectionInfo<T extends Request>(
      requests: AsyncIterable<T>,
      context: HandlerContext,
    ) {
      const signal = openStreamSignal(context, topics);
      const limits = { signal, idle: OPEN_STREAM_IDLE, most: MAX_REFLECTION_REQUESTS };
      const answer = createAnswers(await schema());
      for await (const request of readClientStream(requests, limits)) {
        const messageResponse = answer(request.messageRequest);
        yield { validHost: request.host, originalRequest: request, messageResponse };
      }
    },
  };
}

/** Returns the function that answers the questions of one stream, errors included. */
function createAnswers({ services, files, symbols, extensions }: Schema) {
  const sent = new Set<string>();

  /** The file and those that it imports, but for what the client has been sent already. */
  function* withImports(file: SchemaFile): Generator<Uint8Array> {
    sent.add(file.name);
    yield file.bytes;
    for (const name of file.dependencies) {
      if (!sent.has(name)) yield* withImports(files.get(name)!);
    }
  }

  const fileAnswer = (file: SchemaFile | undefined, what: string) => {
    if (file === undefined) return errorAnswer(Code.NotFound, `There is no ${what}.`);
    const fileDescriptorProto = [...withImports(file)];
    return { case: "fileDescriptorResponse" as const, value: { fileDescriptorProto } };
  };

  const numbersAnswer = (type: string) => {
    const numbers = extensions.get(type);
    if (numbers === undefined) return errorAnswer(Code.NotFound, `There is no message ${type}.`);
    const value = { baseTypeName: type, extensionNumber: [...numbers.keys()] };
    return { case: "allExtensionNumbersResponse" as const, value };
  };

  return (question: Question) => {
    switch (question.case) {
      case "fileByFilename":
        return fileAnswer(files.get(question.value), `file ${question.value}`);
      case "fileContainingSymbol":
        return fileAnswer(symbols.get(question.value), `symbol ${question.value}`);
      case "fileContainingExtension": {
        const { containingType, extensionNumber } = question.value;
        const file = extensions.get(containingType)?.get(extensionNumber);
        return fileAnswer(file, `extension ${extensionNumber} of ${containingType}`);
      }
      case "allExtensionNumbersOfType":
        return numbersAnswer(question.value);
      case "listServices": {
        const service = services.map((name) => ({ name }));
        return { case: "listServicesResponse" as const, value: { service } };
      }
      case undefined:
        return errorAnswer(Code.InvalidArgument, "The request asks nothing that is known here.");
    }
  };
}

function errorAnswer(errorCode: Code, errorMessage: string) {
  return { case: "errorResponse" as const, value: { errorCode, errorMessage } };
}
