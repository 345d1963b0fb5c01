import { type DescMethod, toBinary, toJsonString } from "@bufbuild/protobuf";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Random } from "./random.ts";
import { randomMessage } from "./random-message.ts";

/** Bytes for the wire, and how they are sent. */
export type WireRequest = {
  version: 1 | 2;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Sent one after the other. */
  pieces: Buffer[];
  /** What the client does after the last piece. */
  ending: "end" | "wait" | "reset";
};

type Known = { token: string; ids: readonly string[] };

const TYPES = ["application/grpc", "application/grpc-web", "application/connect"];
const ODD_TYPES = [
  "",
  "text/plain",
  "application/grpc+xml",
  "application/json; charset=latin1",
  "application/grpc-web-text",
];
const TIMEOUTS = ["0", "1", "20", "100", "-1", "soon", "99999999999", ""];
/** Small on the wire, and larger than any request may be when it is unpacked. */
const BOMB = gzipSync(Buffer.alloc(8 * 1024 * 1024));
const ENCODINGS = ["gzip", "br", "identity", "zip", "gzip, br"];

/** A request at a method: often whole, often broken in one or several ways. */
export function randomRequest(random: Random, method: DescMethod, known: Known): WireRequest {
  const isUnary = method.methodKind === "unary";
  const json = random.once(2);
  const family = random.pick(TYPES);
  const isConnect = family === "application/connect";
  const format = json ? "json" : "proto";
  const type = isConnect && isUnary ? `application/${format}` : `${family}+${format}`;
  const encoding = random.once(6) ? random.pick(ENCODINGS) : undefined;
  const count = isUnary || method.methodKind === "server_streaming" ? 1 : random.below(4);
  const messages = Array.from({ length: random.once(30) ? 2 : count }, () =>
    compressed(random, encoding, mutated(random, encoded(random, method, json, known.ids))),
  );
  const framed = !(isConnect && isUnary) !== random.once(40);
  const body = Buffer.concat(
    framed ? messages.map((data) => frame(random, data, encoding)) : messages,
  );
  return {
    version: family === "application/grpc" || random.once(2) ? 2 : 1,
    method: random.once(40) ? random.pick(["GET", "PUT", "HEAD", "OPTIONS", "DELETE"]) : "POST",
    path: `/${method.parent.typeName}/${method.name}${random.once(60) ? "x" : ""}${random.once(60) ? "?message=***&base64=1&encoding=proto" : ""}`,
    headers: {
      ...headersFor(random, isConnect, isUnary, encoding),
      "content-type": random.once(40) ? random.pick(ODD_TYPES) : type,
      ...(!random.once(20) && { authorization: `Bearer ${known.token}` }),
    },
    pieces: cut(random, random.once(30) ? random.bytes(random.below(200)) : body),
    ending: random.once(20) ? random.pick(["wait", "reset"] as const) : "end",
  };
}

function headersFor(
  random: Random,
  isConnect: boolean,
  isUnary: boolean,
  encoding: string | undefined,
) {
  const headers: Record<string, string> = {};
  // A stream of ours may last for minutes; the deadline ends what was understood.
  const timeout = random.once(20) ? random.pick(TIMEOUTS) : String(50 + random.below(100));
  headers[isConnect ? "connect-timeout-ms" : "grpc-timeout"] = isConnect ? timeout : `${timeout}m`;
  if (encoding !== undefined) {
    const name = isConnect
      ? isUnary
        ? "content-encoding"
        : "connect-content-encoding"
      : "grpc-encoding";
    headers[name] = encoding;
  }
  if (random.once(20)) headers["connect-protocol-version"] = random.pick(["1", "2", ""]);
  if (random.once(20)) headers["cookie"] = random.pick(["prosa_session=x", "a", "prosa_session"]);
  return headers;
}

function encoded(
  random: Random,
  method: DescMethod,
  json: boolean,
  ids: readonly string[],
): Buffer {
  const message = randomMessage(random, method.input, ids);
  try {
    return Buffer.from(
      json ? toJsonString(method.input, message) : toBinary(method.input, message),
    );
  } catch {
    // Some values have no form in JSON.
    return random.bytes(20);
  }
}

function mutated(random: Random, bytes: Buffer): Buffer {
  if (!random.once(4)) return bytes;
  const at = random.below(bytes.length + 1);
  switch (random.below(4)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([
        bytes.subarray(0, at),
        random.bytes(1 + random.below(8)),
        bytes.subarray(at),
      ]);
    case 2:
      return Buffer.concat([bytes, bytes]);
    default: {
      const copy = Buffer.from(bytes);
      for (let flips = 1 + random.below(4); flips > 0 && copy.length > 0; flips -= 1)
        copy[random.below(copy.length)] = random.below(256);
      return copy;
    }
  }
}

function compressed(random: Random, encoding: string | undefined, bytes: Buffer): Buffer {
  if (encoding === undefined || random.once(4)) return bytes;
  if (random.once(20)) return BOMB;
  if (encoding === "gzip") return gzipSync(bytes);
  return encoding === "br" ? brotliCompressSync(bytes) : bytes;
}

function frame(random: Random, data: Buffer, encoding: string | undefined): Buffer {
  const head = Buffer.alloc(5);
  const isCompressed = encoding === "gzip" || encoding === "br" ? 1 : 0;
  head.writeUInt8(random.once(20) ? random.below(256) : isCompressed);
  head.writeUInt32BE(random.once(20) ? random.below(2 ** 32) : data.length, 1);
  return Buffer.concat([head, data]);
}

function cut(random: Random, body: Buffer): Buffer[] {
  if (!random.once(6)) return [body];
  const at = random.below(body.length + 1);
  return random.once(8) ? [body.subarray(0, at)] : [body.subarray(0, at), body.subarray(at)];
}
