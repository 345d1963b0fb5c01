import { ServerReflection } from "#proto/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionAlpha } from "#proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { SchemaService } from "#proto/prosa/rpc/v1/schema_service_pb.ts";
import { Greeter } from "#proto/study/greeter_pb.ts";
import { createFileRegistry, type DescService, fromBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { Code, createClient, createConnectRouter } from "@connectrpc/connect";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createChannel } from "../events/channel.ts";
import { MAX_REFLECTION_REQUESTS, OPEN_STREAM_IDLE } from "../limits.ts";
import { routes } from "../routes.ts";
import { type TestApp, testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";
import { serverClosing } from "./context.ts";
import { createSchema } from "./schema.ts";

let app: TestApp;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app[Symbol.asyncDispose]());
afterEach(() => {
  vi.useRealTimers();
});

const router = createConnectRouter();
routes({} as TestApp["deps"])(router);
const served = [...new Set(router.handlers.map(({ service }) => service.typeName))].toSorted();

const DESCRIPTOR = "google/protobuf/descriptor.proto";
const HEALTH = "grpc/health/v1/health.proto";

const clients = {
  v1: () => createClient(ServerReflection, app.stranger.transport),
  v1alpha: () => createClient(ServerReflectionAlpha, app.stranger.transport),
};
type Version = keyof typeof clients;
type Question = Parameters<ReturnType<typeof clients.v1>["serverReflectionInfo"]>[0] extends
  | AsyncIterable<infer T>
  | undefined
  ? T
  : never;
type Asked = NonNullable<Question["messageRequest"]>;

/** Asks all questions on one stream. */
async function ask(questions: Asked[], version: Version = "v1") {
  const requests = (async function* () {
    for (const messageRequest of questions) yield { host: "here", messageRequest };
  })();
  const stream = clients[version]().serverReflectionInfo(requests as never);
  const responses = [];
  for await (const response of stream) {
    expect(response.validHost).toBe("here");
    responses.push(response);
  }
  return responses;
}

async function filesOf(question: Asked, version?: Version): Promise<FileDescriptorProto[]> {
  const [response] = await ask([question], version);
  const { messageResponse: answer } = response!;
  if (answer.case !== "fileDescriptorResponse") throw new Error(JSON.stringify(answer));
  const bytes = answer.value.fileDescriptorProto;
  return bytes.map((file) => fromBinary(FileDescriptorProtoSchema, file));
}

const symbol = (value: string): Asked => ({ case: "fileContainingSymbol", value });
const extension = (containingType: string, extensionNumber: number): Asked => ({
  case: "fileContainingExtension",
  value: { containingType, extensionNumber },
});
const numbers = (value: string): Asked => ({ case: "allExtensionNumbersOfType", value });

describe.each(["v1", "v1alpha"] as const)("reflection %s", (version) => {
  test("lists every service that is served", async () => {
    const [response] = await ask([{ case: "listServices", value: "*" }], version);
    const { value } = response!.messageResponse as { value: { service: { name: string }[] } };
    expect(value.service.map(({ name }) => name)).toEqual(served);
  });

  test("finds a file by its name, first of all with all that it imports, each once", async () => {
    const name = "prosa/chat/v1/message_service.proto";
    const files = await filesOf({ case: "fileByFilename", value: name }, version);
    expect(files[0]!.name).toBe(name);
    const names = files.map((file) => file.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { dependency } of files) expect(names).toEqual(expect.arrayContaining(dependency));
  });

  test("repeats what it was asked, and answers in order", async () => {
    const questions = [symbol("Greeter"), symbol("nothing"), numbers("HelloRequest")];
    const responses = await ask(questions, version);
    expect(responses.map(({ originalRequest }) => originalRequest!.messageRequest)).toEqual(
      questions,
    );
    expect(responses.map(({ messageResponse }) => messageResponse.case)).toEqual([
      "fileDescriptorResponse",
      "errorResponse",
      "allExtensionNumbersResponse",
    ]);
  });
});

test.each([
  ["a service", "prosa.chat.v1.ChatService", "prosa/chat/v1/chat_service.proto"],
  ["a method", "prosa.chat.v1.ChatService.ListChats", "prosa/chat/v1/chat_service.proto"],
  ["a message", "prosa.chat.v1.Message", "prosa/chat/v1/message.proto"],
  ["a message within one", "google.protobuf.DescriptorProto.ExtensionRange", DESCRIPTOR],
  ["a field", "prosa.chat.v1.Message.text", "prosa/chat/v1/message.proto"],
  ["a oneof", "prosa.chat.v1.ConverseRequest.request", "prosa/chat/v1/converse.proto"],
  ["an enum", "prosa.chat.v1.Status", "prosa/chat/v1/message.proto"],
  ["a value of an enum", "prosa.chat.v1.STATUS_COMPLETE", "prosa/chat/v1/message.proto"],
  ["an enum within a message", "grpc.health.v1.HealthCheckResponse.ServingStatus", HEALTH],
  ["a value of that", "grpc.health.v1.HealthCheckResponse.SERVING", HEALTH],
  ["an extension", "prosa.rpc.v1.access", "prosa/rpc/v1/access.proto"],
  ["a service without a package", "Greeter", "study/greeter.proto"],
  ["the detail of every error", "prosa.rpc.v1.ErrorDetail", "prosa/rpc/v1/error.proto"],
  ["the detail of a refused field", "buf.validate.Violations", "buf/validate/validate.proto"],
])("the file of %s is found", async (_, name, file) => {
  expect((await filesOf(symbol(name)))[0]!.name).toBe(file);
});

test("extensions are found by their numbers, and the numbers by the message", async () => {
  const options = "google.protobuf.MethodOptions";
  const [file] = await filesOf(extension(options, 50601));
  expect(file!.name).toBe("prosa/rpc/v1/access.proto");
  const [response] = await ask([numbers(options)]);
  expect(response!.messageResponse.value).toMatchObject({
    baseTypeName: options,
    extensionNumber: [50601],
  });
});

test.each<[string, Asked, Code]>([
  ["a file", { case: "fileByFilename", value: "prosa/nothing.proto" }, Code.NotFound],
  ["a path", { case: "fileByFilename", value: "../package.json" }, Code.NotFound],
  ["a symbol", symbol("prosa.chat.v1.Nothing"), Code.NotFound],
  ["an empty symbol", symbol(""), Code.NotFound],
  ["a property of all objects", symbol("constructor"), Code.NotFound],
  ["an extension's number", extension("google.protobuf.MethodOptions", 1), Code.NotFound],
  ["an extended message", extension("prosa.chat.v1.Nothing", 50601), Code.NotFound],
  ["a message with extensions", numbers("prosa.chat.v1.Nothing"), Code.NotFound],
  ["a message that is a service", numbers("Greeter"), Code.NotFound],
  ["nothing at all", { case: undefined }, Code.InvalidArgument],
])("%s that is unknown is an error in band, and the stream goes on", async (_, question, code) => {
  const [refused, next] = await ask([question, symbol("Greeter")]);
  expect(refused!.messageResponse.case).toBe("errorResponse");
  expect(refused!.messageResponse.value).toMatchObject({ errorCode: code });
  expect(next!.messageResponse.case).toBe("fileDescriptorResponse");
});

test("what one stream has been sent is not sent again, but for what it asks for", async () => {
  const responses = await ask([
    symbol("prosa.chat.v1.ChatService"),
    symbol("prosa.user.v1.UserService"),
    symbol("prosa.chat.v1.Message"),
  ]);
  const names = responses.map(({ messageResponse }) =>
    (messageResponse.value as { fileDescriptorProto: Uint8Array[] }).fileDescriptorProto.map(
      (file) => fromBinary(FileDescriptorProtoSchema, file).name,
    ),
  );
  expect(names[1]).not.toContain("buf/validate/validate.proto");
  expect(names[1]![0]).toBe("prosa/user/v1/user_service.proto");
  expect(names[2]).toEqual(["prosa/chat/v1/message.proto"]);
});

test("too many questions, silence and the server's end each end the stream with a reason", async () => {
  const questions = Array.from({ length: MAX_REFLECTION_REQUESTS + 1 }, () => symbol("x"));
  const tooMany = await failureOf(ask(questions));
  expect(tooMany).toMatchObject({ code: "ResourceExhausted", reason: "STREAM_TOO_LONG" });

  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const open = () => failureOf(clients.v1().serverReflectionInfo(createChannel<Question>()));
  const silent = open();
  await vi.advanceTimersByTimeAsync(OPEN_STREAM_IDLE);
  expect(await silent).toMatchObject({ code: "DeadlineExceeded", reason: "STREAM_IDLE" });
  vi.useRealTimers();

  const stopped = open();
  await vi.waitFor(() => {
    app.deps.topics.publish(serverClosing);
    return Promise.race([stopped, Promise.reject(new Error("still open"))]);
  });
  expect(await stopped).toMatchObject({ code: "Unavailable", reason: "SHUTTING_DOWN" });
});

test("the schema is whole, in order and commented", async () => {
  const { fileDescriptorSet, services } = await createClient(
    SchemaService,
    app.stranger.transport,
  ).getSchema({});
  expect(services).toEqual(served);
  const set = fromBinary(FileDescriptorSetSchema, fileDescriptorSet);
  const seen = new Set<string>();
  for (const { name, dependency } of set.file) {
    for (const file of dependency) expect(seen).toContain(file);
    seen.add(name);
  }
  const registry = createFileRegistry(set);
  for (const name of served) expect(registry.getService(name), name).toBeDefined();
  const comments = set.file.flatMap(
    (file) => file.sourceCodeInfo?.location.map(({ leadingComments }) => leadingComments) ?? [],
  );
  expect(comments).toContain(
    " Takes numbers until the client has no more, and answers with their mean.\n",
  );
});

test("the schema has only the files that the served services need", async () => {
  const filesFor = async (service: DescService) =>
    [...(await createSchema(() => [service])()).files.keys()].toSorted();
  expect(await filesFor(Greeter)).toEqual(["study/greeter.proto"]);
  expect(await filesFor(SchemaService)).toEqual([
    DESCRIPTOR,
    "prosa/rpc/v1/access.proto",
    "prosa/rpc/v1/schema_service.proto",
  ]);
});

test("a schema that could not be read is read again", async () => {
  let ready = false;
  const schema = createSchema(() => {
    if (!ready) throw new Error("not yet");
    return [Greeter];
  });
  await expect(schema()).rejects.toThrow("not yet");
  ready = true;
  expect((await schema()).services).toEqual(["Greeter"]);
});
