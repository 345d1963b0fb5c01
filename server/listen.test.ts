import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import { text } from "node:stream/consumers";
import tls from "node:tls";
import { afterEach, expect, test } from "vitest";
import { listen, type Handler, type Listening } from "./listen.ts";
import { certificate } from "./testing/certificate.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of open.splice(0).toReversed()) await end();
});

const echo: Handler = (req, res) => {
  if (req.url === "/throw") throw new Error("on purpose");
  if (req.url === "/hang") return;
  if (req.url === "/stream") return void res.write("first");
  void text(req).then(
    (body) => res.end(`HTTP/${req.httpVersion} ${req.url} ${body}`),
    () => {},
  );
};

async function start(options: Partial<Parameters<typeof listen>[0]> = {}) {
  const errors: object[] = [];
  const log = { error: (fields: object) => errors.push(fields) };
  const patience = { close: 300, ...options.patience };
  const server = await listen({
    host: "127.0.0.1",
    port: 0,
    handler: echo,
    log,
    ...options,
    patience,
  });
  open.push(() => server.close());
  return { ...server, errors };
}

function connect(server: Listening): net.Socket {
  const socket = net.connect({ port: server.port, host: "127.0.0.1" });
  socket.on("error", () => {});
  open.push(() => socket.destroy());
  return socket;
}

function connectHttp2(server: Listening): http2.ClientHttp2Session {
  const session = http2.connect(server.url, { ca: certificate.cert });
  session.on("error", () => {});
  open.push(() => session.destroy());
  return session;
}

async function call(session: http2.ClientHttp2Session, path: string, body = ""): Promise<string> {
  const stream = session.request({ ":path": path, ":method": "POST" });
  stream.end(body);
  return text(stream);
}

async function get(server: Listening, path = "/"): Promise<string> {
  return (await fetch(server.url + path, { headers: { connection: "close" } })).text();
}

/** Everything that the server says until it closes the connection. */
async function rest(socket: net.Socket): Promise<string> {
  let received = "";
  socket.on("data", (chunk) => (received += chunk.toString("latin1")));
  await once(socket, "close").catch(() => {});
  return received;
}

test("one port answers HTTP/1.1 and HTTP/2 with prior knowledge", async () => {
  const server = await start();
  expect(await get(server, "/a")).toBe("HTTP/1.1 /a ");
  const session = connectHttp2(server);
  expect(await call(session, "/b", "body")).toBe("HTTP/2.0 /b body");
  expect(await call(session, "/c", "more")).toBe("HTTP/2.0 /c more");
});

test("the first bytes may come one at a time", async () => {
  const server = await start();
  const http2Socket = connect(server).setNoDelay();
  for (const byte of PREFACE) {
    http2Socket.write(byte);
    await new Promise(setImmediate);
  }
  http2Socket.write(EMPTY_SETTINGS);
  const [settings] = await once(http2Socket, "data");
  expect(settings[3]).toBe(4);

  const http1Socket = connect(server).setNoDelay();
  // "PR" begins both the preface and this method.
  for (const byte of "PROPFIND /d HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n") {
    http1Socket.write(byte);
    await new Promise(setImmediate);
  }
  expect(await rest(http1Socket)).toContain("HTTP/1.1 /d");
});

test("a body that arrives together with the headers is not lost", async () => {
  const server = await start();
  const body = "x".repeat(200_000);
  const response = await fetch(server.url, { method: "POST", body });
  expect((await response.text()).length).toBe("HTTP/1.1 / ".length + body.length);
  expect((await call(connectHttp2(server), "/", body)).length).toBe(11 + body.length);
});

test("a connection that stays silent, or stops within its first bytes, is closed", async () => {
  const server = await start({ patience: { firstBytes: 50 } });
  const silent = connect(server);
  const slow = connect(server);
  slow.write(PREFACE.slice(0, 10));
  const ended = connect(server);
  ended.end(PREFACE.slice(0, 10));
  expect(await Promise.all([rest(silent), rest(slow), rest(ended)])).toEqual(["", "", ""]);
});

test("TLS and garbage on the plain port are closed and harm nobody", async () => {
  const server = await start();
  const session = connectHttp2(server);
  await call(session, "/");
  const hello = tls.connect({ port: server.port, host: "127.0.0.1" });
  await once(hello, "error");
  const garbage = connect(server);
  garbage.end(Buffer.alloc(5000, 0xfe));
  expect(await rest(garbage)).toContain("400");
  const broken = connect(server);
  broken.end(Buffer.concat([Buffer.from(PREFACE), Buffer.alloc(5000, 0xff)]));
  await rest(broken);
  expect(await call(session, "/still", "here")).toBe("HTTP/2.0 /still here");
  expect(await get(server)).toBe("HTTP/1.1 / ");
  expect(server.errors).toEqual([]);
});

test("headers that are too large are refused", async () => {
  const server = await start();
  const large = "x".repeat(20_000);
  expect((await fetch(server.url, { headers: { large } })).status).toBe(431);
  const session = connectHttp2(server);
  // The limit holds from when the client has been told.
  await call(session, "/");
  await expect(text(session.request({ large }))).rejects.toThrow();
  expect(await call(connectHttp2(server), "/", "ok")).toBe("HTTP/2.0 / ok");
});

test("a client that resets its connection within a body harms nobody", async () => {
  const server = await start();
  const first = connect(server);
  first.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf");
  const session = connectHttp2(server);
  const stream = session.request({ ":method": "POST" });
  stream.on("error", () => {});
  stream.write("half");
  await new Promise((resolve) => setTimeout(resolve, 50));
  first.resetAndDestroy();
  stream.close(http2.constants.NGHTTP2_CANCEL);
  expect(await call(session, "/", "next")).toBe("HTTP/2.0 / next");
  expect(server.errors).toEqual([]);
});

test("a peer that has ended an HTTP/2 connection does not keep it half open", async () => {
  const server = await start({ patience: { close: 60_000 } });
  const socket = connect(server);
  socket.end(Buffer.concat([Buffer.from(PREFACE), EMPTY_SETTINGS]));
  await rest(socket);
  await expect(server.close()).resolves.toBeUndefined();
});

test("a handler that throws fails its own request only", async () => {
  const server = await start();
  expect((await fetch(`${server.url}/throw`)).status).toBe(500);
  const session = connectHttp2(server);
  const stream = session.request({ ":path": "/throw" });
  const [headers] = await once(stream, "response");
  expect(headers[":status"]).toBe(500);
  expect(await call(session, "/next")).toBe("HTTP/2.0 /next ");
  expect(server.errors).toHaveLength(2);
});

test("silence within a body ends a request, silence within an answer does not", async () => {
  const server = await start({ patience: { body: 50 } });
  const body = connect(server);
  body.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf");
  const answer = connect(server);
  answer.write("GET /stream HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(await rest(body)).toBe("");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(answer.closed).toBe(false);
});

test("an HTTP/2 peer that answers no ping is disconnected, one that has nothing to ask too", async () => {
  const server = await start({ patience: { ping: 50, idle: 100 } });
  const dead = connect(server);
  dead.write(Buffer.concat([Buffer.from(PREFACE), EMPTY_SETTINGS]));
  const idle = connectHttp2(server);
  const busy = connectHttp2(server);
  const stream = busy.request({ ":path": "/stream" });
  await Promise.all([rest(dead), once(idle, "close")]);
  expect(stream.destroyed).toBe(false);
});

test("with a certificate the port speaks TLS and chooses the protocol by ALPN", async () => {
  const server = await start({ tls: certificate });
  expect(server.url).toMatch(/^https:/);
  expect(await call(connectHttp2(server), "/", "h2")).toBe("HTTP/2.0 / h2");
  const agent = new https.Agent({ keepAlive: true });
  open.push(() => agent.destroy());
  const request = https.request(server.url, { ca: certificate.cert, agent, method: "POST" });
  const [response] = await once(request.end("h1"), "response");
  expect(await text(response)).toBe("HTTP/1.1 / h1");
  const plain = connect(server);
  plain.end("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  await rest(plain);
  const old = tls.connect({ port: server.port, host: "127.0.0.1", maxVersion: "TLSv1.1" });
  await once(old, "error");
});

test("a certificate that cannot be used is explained", async () => {
  const tls = { cert: Buffer.from("nonsense"), key: certificate.key };
  await expect(start({ tls })).rejects.toThrow(/TLS_CERT and TLS_KEY/);
});

test("a port that is taken is explained", async () => {
  const server = await start();
  await expect(start({ port: server.port })).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${server.port}. Another program uses this port`,
  );
  await expect(start({ host: "203.0.113.1" })).rejects.toThrow(/HOST is not an address/);
});

test("closing lets running requests end and drops idle connections", async () => {
  const waiting: http.ServerResponse[] = [];
  const handler: Handler = (_, res) => void waiting.push(res);
  const server = await start({ handler, patience: { close: 10_000 } });
  const preconnected = connect(server);
  const agent = new http.Agent({ keepAlive: true });
  open.push(() => agent.destroy());
  const first = once(http.get(server.url, { agent }), "response");
  await expect.poll(() => waiting.length).toBe(1);
  waiting.pop()?.end("done");
  await text((await first)[0]);
  const second = once(http.get(server.url), "response");
  const session = connectHttp2(server);
  const third = call(session, "/");
  await expect.poll(() => waiting.length).toBe(2);
  const goaway = once(session, "goaway");

  const closed = Promise.all([server.close(), server.close()]);
  await Promise.all([goaway, rest(preconnected)]);
  await expect(fetch(server.url)).rejects.toThrow();
  for (const res of waiting) res.end("late");
  expect(await text((await second)[0])).toBe("late");
  expect(await third).toBe("late");
  await closed;
});

test.each([{}, { tls: certificate }])(
  "closing cuts off what still runs after the limit (%o)",
  async (options) => {
    const server = await start({ ...options, patience: { close: 50 } });
    const session = connectHttp2(server);
    const stream = session.request({ ":path": "/hang" });
    stream.on("error", () => {});
    const agent = new (options.tls ? https : http).Agent({ ca: certificate.cert });
    const request = (options.tls ? https : http).get(`${server.url}/hang`, { agent });
    const cut = once(request, "response").catch((error: Error) => error);
    const silent = rest(connect(server));
    await expect.poll(() => stream.id).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.close();
    expect(await cut).toBeInstanceOf(Error);
    await silent;
  },
);
