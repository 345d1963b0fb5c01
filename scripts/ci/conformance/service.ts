import { anyPack, type AnySchema } from "@bufbuild/protobuf/wkt";
import { create, type FileRegistry, type Message, type MessageShape } from "@bufbuild/protobuf";
import { type Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { setTimeout as sleep } from "node:timers/promises";

const PACKAGE = "connectrpc.conformance.v1";

/* The messages of the suite's service, as far as a server reads them. */
type Header = { name: string; value: string[] };
type Failure = { code: Code; message?: string; details: MessageShape<typeof AnySchema>[] };
type Definition = {
  responseHeaders: Header[];
  responseTrailers: Header[];
  responseDelayMs: number;
};
type UnaryDefinition = Definition & {
  response:
    | { case: "responseData"; value: Uint8Array }
    | { case: "error"; value: Failure }
    | { case: undefined };
};
type StreamDefinition = Definition & { responseData: Uint8Array[]; error?: Failure };
type UnaryRequest = Message & { responseDefinition?: UnaryDefinition };
type StreamRequest = Message & { responseDefinition?: StreamDefinition; fullDuplex?: boolean };

/** What the suite asks of a server: to answer as each request says, and to echo what it has seen. */
export function conformanceService(registry: FileRegistry) {
  const infoDesc = registry.getMessage(`${PACKAGE}.ConformancePayload.RequestInfo`)!;

  // What is left is read as a call begins: a slow client is still to find what it has sent.
  function info(context: HandlerContext, requests: Message[], timeout = context.timeoutMs()) {
    return create(infoDesc, {
      requestHeaders: headersOf(context.requestHeader),
      ...(timeout !== undefined && { timeoutMs: BigInt(Math.round(timeout)) }),
      requests: requests.map((request) =>
        anyPack(registry.getMessage(request.$typeName)!, request),
      ),
      ...(context.requestMethod === "GET" && {
        connectGetInfo: { queryParams: headersOf(new URL(context.url).searchParams) },
      }),
    });
  }

  function fail(failure: Failure, requestInfo?: Message): ConnectError {
    const details = failure.details.map(({ typeUrl, value }) => ({
      type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
      value,
    }));
    const error = new ConnectError(failure.message ?? "", failure.code);
    error.details.push(...details);
    if (requestInfo !== undefined) error.details.push({ desc: infoDesc, value: requestInfo });
    return error;
  }

  async function unary(
    requests: UnaryRequest[],
    context: HandlerContext,
    timeout = context.timeoutMs(),
  ) {
    const definition = requests[0]?.responseDefinition;
    const requestInfo = info(context, requests, timeout);
    if (definition === undefined) return { payload: { requestInfo } };
    announce(context, definition);
    await sleep(definition.responseDelayMs);
    context.signal.throwIfAborted();
    if (definition.response.case === "error") throw fail(definition.response.value, requestInfo);
    const data =
      definition.response.case === undefined ? new Uint8Array() : definition.response.value;
    return { payload: { requestInfo, data } };
  }

  async function* stream(
    requests: StreamRequest[],
    context: HandlerContext,
    timeout = context.timeoutMs(),
  ) {
    const definition = requests[0]?.responseDefinition;
    if (definition === undefined) return;
    announce(context, definition);
    let requestInfo: Message | undefined = info(context, requests, timeout);
    for (const data of definition.responseData) {
      await sleep(definition.responseDelayMs);
      context.signal.throwIfAborted();
      yield { payload: { data, ...(requestInfo && { requestInfo }) } };
      requestInfo = undefined;
    }
    if (definition.error !== undefined) throw fail(definition.error, requestInfo);
  }

  async function* duplex(
    first: StreamRequest,
    rest: AsyncIterator<StreamRequest>,
    context: HandlerContext,
  ) {
    const definition = first.responseDefinition;
    if (definition === undefined) return;
    announce(context, definition);
    const data = definition.responseData.values();
    let sent = false;
    for (let request: StreamRequest | undefined = first; request !== undefined;) {
      const next = data.next();
      if (next.done === true) break;
      await sleep(definition.responseDelayMs);
      context.signal.throwIfAborted();
      yield { payload: { data: next.value, requestInfo: info(context, [request]) } };
      sent = true;
      const following = await rest.next();
      request = following.done === true ? undefined : following.value;
    }
    for (const value of data) {
      await sleep(definition.responseDelayMs);
      yield { payload: { data: value } };
      sent = true;
    }
    if (definition.error !== undefined)
      throw fail(definition.error, sent ? undefined : info(context, [first]));
  }

  return {
    unary: (request: UnaryRequest, context: HandlerContext) => unary([request], context),
    idempotentUnary: (request: UnaryRequest, context: HandlerContext) => unary([request], context),
    serverStream: (request: StreamRequest, context: HandlerContext) => stream([request], context),
    async clientStream(requests: AsyncIterable<UnaryRequest>, context: HandlerContext) {
      const timeout = context.timeoutMs();
      return unary(await all(requests), context, timeout);
    },
    async *bidiStream(requests: AsyncIterable<StreamRequest>, context: HandlerContext) {
      const timeout = context.timeoutMs();
      const rest = requests[Symbol.asyncIterator]();
      const first = await rest.next();
      if (first.done === true) return;
      if (first.value.fullDuplex === true) return yield* duplex(first.value, rest, context);
      const others = { [Symbol.asyncIterator]: () => rest };
      yield* stream([first.value, ...(await all(others))], context, timeout);
    },
  };
}

function announce(
  context: HandlerContext,
  { responseHeaders, responseTrailers }: Definition,
): void {
  for (const { name, value } of responseHeaders)
    for (const one of value) context.responseHeader.append(name, one);
  for (const { name, value } of responseTrailers)
    for (const one of value) context.responseTrailer.append(name, one);
}

function headersOf(entries: Headers | URLSearchParams): Header[] {
  return [...entries].map(([name, value]) => ({ name, value: [value] }));
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const messages: T[] = [];
  for await (const message of stream) messages.push(message);
  return messages;
}
