import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A span as a collector gets it. */
export type ReceivedSpan = {
  service: string;
  traceId: string;
  spanId: string;
  parentId: string;
  name: string;
  failed: boolean;
  events: string[];
  attributes: Record<string, string | number>;
};

export type OtlpReceiver = AsyncDisposable & {
  url: string;
  spans: ReceivedSpan[];
  /** The bodies of all requests, to look for what must not be in them. */
  bodies: Buffer[];
};

/** A collector of traces: takes OTLP as protobuf over HTTP, and keeps what it gets. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const right =
        request.url === "/v1/traces" &&
        request.headers["content-type"] === "application/x-protobuf";
      if (right) spans.push(...readRequest(body));
      bodies.push(body);
      response.writeHead(right ? 200 : 404, { "content-type": "application/x-protobuf" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bodies,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Fields = Map<number, (Uint8Array | bigint)[]>;

/** The fields of a message by their numbers, which opentelemetry-proto has laid down. */
function readFields(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes);
  const fields: Fields = new Map();
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const values = fields.get(number) ?? [];
    fields.set(number, values);
    if (wireType === WireType.LengthDelimited) values.push(reader.bytes());
    else if (wireType === WireType.Varint) values.push(BigInt(reader.uint64()));
    else reader.skip(wireType);
  }
  return fields;
}

const messages = (fields: Fields, number: number) =>
  (fields.get(number) ?? []).map((value) => readFields(value as Uint8Array));
const bytes = (fields: Fields, number: number) =>
  Buffer.from((fields.get(number)?.[0] as Uint8Array | undefined) ?? []);
const text = (fields: Fields, number: number) => bytes(fields, number).toString();
const hex = (fields: Fields, number: number) => bytes(fields, number).toString("hex");

function readRequest(body: Uint8Array): ReceivedSpan[] {
  return messages(readFields(body), 1).flatMap((ofResource) => {
    const [resource] = messages(ofResource, 1);
    const service = String(readAttributes(resource!, 1)["service.name"]);
    return messages(ofResource, 2)
      .flatMap((ofScope) => messages(ofScope, 2))
      .map((span) => ({ service, ...readSpan(span) }));
  });
}

const STATUS_ERROR = 2n;

function readSpan(span: Fields): Omit<ReceivedSpan, "service"> {
  return {
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentId: hex(span, 4),
    name: text(span, 5),
    attributes: readAttributes(span, 9),
    events: messages(span, 11).map((event) => text(event, 2)),
    failed: messages(span, 15).some((status) => status.get(3)?.[0] === STATUS_ERROR),
  };
}

function readAttributes(fields: Fields, number: number): ReceivedSpan["attributes"] {
  const pairs = messages(fields, number).map((pair) => {
    const [value] = messages(pair, 2);
    const whole = value!.get(3)?.[0];
    return [text(pair, 1), typeof whole === "bigint" ? Number(whole) : text(value!, 1)] as const;
  });
  return Object.fromEntries(pairs);
}
