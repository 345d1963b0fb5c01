import type { DescField, DescMethod } from "@bufbuild/protobuf";
import { fromBinary } from "@bufbuild/protobuf";
import { createStore, type SetStoreFunction } from "solid-js/store";
import { messageJson } from "../message-json.ts";
import { type Frame, readTrailers, TRAILERS_FLAG } from "./frames.ts";
import { isSecret } from "./secrets.ts";

/** So many frames of a call are shown one by one; those after them are only counted. */
export const MAX_FRAMES = 300;
/** So many characters of JSON are kept of a call, for all of its frames together. */
export const MAX_JSON_LENGTH = 65_536;

type Headers = [name: string, value: string][];

/** One frame as it went by. */
export interface WireFrame {
  way: "up" | "down";
  kind: "message" | "trailers";
  /** Milliseconds after the call began. */
  at: number;
  flags: number;
  length: number;
  /** The message as JSON, without secrets; missing where it is too large or not understood. */
  json?: string;
}

/** How a call ended: as the server said, left by the page, or broken on the way. */
export type WireEnd = "answered" | "left" | "broken";

export interface WireCall {
  id: number;
  path: string;
  /** The method, if the page knows it. */
  method: DescMethod | undefined;
  startTime: Date;
  requestHeaders: Headers;
  responseHeaders: Headers;
  trailers: Headers;
  httpStatus?: number;
  /** As browsers name it: `http/1.1`, `h2`. */
  httpVersion?: string;
  bytesUp: number;
  bytesDown: number;
  /** What all messages would measure as JSON. */
  jsonBytes: number;
  frames: WireFrame[];
  frameCount: number;
  firstByteAt?: number;
  endedAt?: number;
  end?: WireEnd;
}

/** One call and the ways in which it changes while it goes on. */
export interface RecordedCall {
  call: WireCall;
  set: SetStoreFunction<WireCall>;
  /** Milliseconds since it began. */
  elapsed(): number;
  addFrame(way: WireFrame["way"], frame: Frame): void;
}

let made = 0;

export function recordCall(
  path: string,
  method: DescMethod | undefined,
  headers: globalThis.Headers,
): RecordedCall {
  const began = performance.now();
  const [call, set] = createStore<WireCall>({
    id: (made += 1),
    path,
    method,
    startTime: new Date(),
    requestHeaders: headersOf(headers),
    responseHeaders: [],
    trailers: [],
    bytesUp: 0,
    bytesDown: 0,
    jsonBytes: 0,
    frames: [],
    frameCount: 0,
  });
  const elapsed = () => performance.now() - began;
  let room = MAX_JSON_LENGTH;
  const addFrame = (way: WireFrame["way"], { flags, length, payload }: Frame) => {
    const isTrailers = (flags & TRAILERS_FLAG) !== 0;
    const frame: WireFrame = {
      way,
      kind: isTrailers ? "trailers" : "message",
      at: elapsed(),
      flags,
      length,
    };
    if (isTrailers && payload) set("trailers", readTrailers(payload));
    const schema = way === "up" ? method?.input : method?.output;
    if (!isTrailers && payload && schema) {
      const { json, bytes } = readMessage(schema, payload);
      set("jsonBytes", (sum) => sum + bytes);
      if (json.length <= room) {
        frame.json = json;
        room -= json.length;
      }
    }
    set("frameCount", (count) => count + 1);
    if (call.frames.length < MAX_FRAMES) set("frames", call.frames.length, frame);
  };
  return { call, set, elapsed, addFrame };
}

/** What a response's headers or a request's say, without what lets somebody in. */
export function headersOf(headers: globalThis.Headers): Headers {
  return [...headers].map(([name, value]) => [
    name,
    name === "authorization" || isSecret(name) ? "…" : value,
  ]);
}

const isSecretField = ({ name }: DescField) => isSecret(name);

function readMessage(schema: DescMethod["input"], payload: Uint8Array) {
  try {
    const message = fromBinary(schema, payload);
    const whole = JSON.stringify(messageJson(schema, message));
    const json = JSON.stringify(messageJson(schema, message, { hide: isSecretField }), null, 2);
    return { json, bytes: new TextEncoder().encode(whole).length };
  } catch {
    // What cannot be read is still counted; the call itself will say what is wrong.
    return { json: "", bytes: 0 };
  }
}
