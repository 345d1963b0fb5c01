import { formatsOf } from "../format.ts";
import { tokens } from "./tokens.ts";

const { date, number } = formatsOf("en");

/** Every byte counts where sizes are compared. */
const exactBytes = (count: number) => (count === 1 ? "1 byte" : `${number(count)} bytes`);

/** The texts of the API page and the wire inspector. */
export const texts = {
  api: {
    lead: "Everything that this page does, it does through this API, and every program can. What stands here comes from the server itself; its comments are in English.",
    search: "Find methods",
    count: (methods: number) => (methods === 1 ? "1 method" : `${number(methods)} methods`),
    none: "No method has these words.",
    nothing: "This server describes no services.",
    kinds: {
      unary: "one request, one response",
      server_streaming: "one request, a stream of responses",
      client_streaming: "a stream of requests, one response",
      bidi_streaming: "streams in both directions",
    },
    kindNames: {
      unary: "unary",
      server_streaming: "server stream",
      client_streaming: "client stream",
      bidi_streaming: "bidirectional",
    },
    notInBrowsers:
      "Browsers cannot stream requests: call it with gRPC, or with Connect over HTTP/2.",
    access: {
      ACCESS_UNSPECIFIED: "signed-in users",
      ACCESS_PUBLIC: "anybody",
      ACCESS_ADMIN: "administrators",
      ACCESS_SESSION: "signed-in users, not with an access token",
      ACCESS_ADMIN_SESSION: "administrators, not with an access token",
    },
    sessionOnly: "An access token is refused here: use the session token that Login returns.",
    repeat: {
      nothing: "changes nothing",
      safe: "safe to repeat with the same request",
      unsafe: "each call counts",
    },
    callType: "Call type",
    accessLabel: "For",
    repeatLabel: "Repeating",
    request: "Request",
    response: "Response",
    noFields: "No fields.",
    oneOf: (name: string) => `one of ${name}`,
    repeated: "list of",
    map: (key: string, value: string) => `map from ${key} to ${value}`,
    optional: "optional",
    values: "Values",
    fieldsOf: (message: string) => `Fields of ${message}`,
    example: "Example of a request",
    copyLink: "Copy the link to this method",
    token: "Access token",
    tokenLead:
      "The lines below call this server as you. Paste an access token or make one; it stays in this tab only.",
    tokenMissing: (variable: string) => `Without one, the lines say ${variable}.`,
    tokenName: "API page",
    scope: tokens.scope,
    scopes: tokens.scopes,
    makeToken: tokens.create,
    tokenMade: (until: Date | undefined) =>
      until
        ? `Made, and shown only now. It works until ${date(until)}.`
        : "Made, and shown only now.",
    wire: {
      title: "Wire inspector",
      lead: "Shows what each call of this page sends and receives: frames, bytes, times, and the same message as JSON. It stays in this browser.",
      turnOn: "Turn it on",
      turnOff: "Turn it off",
      on: "Wire inspector is on",
      calls: (count: number) => (count === 1 ? "1 call" : `${number(count)} calls`),
      open: "Show the calls",
      close: "Hide the calls",
      pause: "Pause",
      resume: "Resume",
      paused: "Paused: calls that begin now are not recorded.",
      clear: "Clear",
      none: "No call yet. Use the page, and they appear here.",
      limit: (calls: number) => `Only the last ${number(calls)} calls are kept.`,
      back: "All calls",
      list: "Calls",
      unknownMethod: "unknown method",
      running: "under way",
      ends: { left: "left by the page", broken: "connection broke" },
      bytes: exactBytes,
      ms: (time: number) => `${number(time, time < 10 ? 1 : 0)} ms`,
      facts: {
        service: "Service",
        protocol: "Protocol",
        http: "HTTP",
        httpStatus: "HTTP status",
        grpcStatus: "gRPC status",
        started: "Began",
        firstByte: "First byte",
        end: "End",
        sent: "Sent",
        received: "Received",
        asJson: "As JSON",
      },
      notYet: "not known yet",
      frames: "Frames",
      frame: {
        up: "sent",
        down: "received",
        message: "message",
        trailers: "trailers",
      },
      frameFacts: (flags: string, length: number, time: string) =>
        `flags ${flags} · ${exactBytes(length)} · at ${time}`,
      moreFrames: (count: number) => `${number(count)} later frames are counted, but not shown.`,
      noJson:
        "Its content is not kept: it is too large, or of a method that this page does not know.",
      head: "Each frame has 5 bytes before its content: one of flags, four of length.",
      requestHeaders: "Request headers",
      responseHeaders: "Response headers",
      trailers: "Trailers",
      empty: "None.",
    },
  },
};
