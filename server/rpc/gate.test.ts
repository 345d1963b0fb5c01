import { Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../testing/app.ts";
import { certificate } from "../testing/certificate.ts";
import { type ServedApp, servedApp } from "../testing/served-app.ts";

type Answer = { status: number; cookie: string; body: Record<string, unknown> };

let plain: ServedApp;
let proxied: ServedApp;
let secure: ServedApp;
let ana: Person;
let secureAna: Person;

beforeAll(async () => {
  plain = await servedApp();
  proxied = await servedApp({ config: { trustProxy: true } });
  secure = await servedApp({ tls: true });
  ana = await plain.app.signIn("Ana");
  secureAna = await secure.app.signIn("Ana");
});
afterAll(async () => {
  for (const served of [plain, proxied, secure]) await served[Symbol.asyncDispose]();
});

test("login gives a browser a cookie that scripts cannot read and other sites cannot use", async () => {
  const { cookie } = await login(plain, ana);
  expect(cookie).toMatch(
    /^prosa_session=[A-Za-z0-9_-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
  );
  expect((await getUser(plain, { cookie: cookie.split(";")[0]! })).status).toBe(200);
});

test("register gives the cookie too, and logout takes it away", async () => {
  const email = "cookie@example.org";
  const account = { email, password: "long enough", displayName: "Cy" };
  const { cookie } = await post(plain, "prosa.user.v1.AuthService/Register", account);
  expect(cookie).toContain("HttpOnly");
  const headers = { cookie: cookie.split(";")[0]! };
  const left = await post(plain, "prosa.user.v1.AuthService/Logout", {}, headers);
  expect(left.cookie).toMatch(/^prosa_session=; Path=\/; Max-Age=0; HttpOnly; SameSite=Strict$/);
  expect((await getUser(plain, headers)).body["code"]).toBe("unauthenticated");
});

test("a browser that is used keeps its session, and other clients get no cookie", async () => {
  const eva = await plain.app.signIn("Eva");
  const age = () =>
    plain.app.deps.db.execute(
      `update sessions set last_seen_time = now() - interval '1 day' where user_id = '${eva.id}'`,
    );
  await age();
  const { cookie } = await getUser(plain, withCookie(eva, {}));
  expect(cookie).toContain(`prosa_session=${eva.token}; Path=/; Max-Age=2592000; HttpOnly`);
  expect((await getUser(plain, withCookie(eva, {}))).cookie).toBe("");

  const other = await login(plain, eva);
  await age();
  const authorization = `Bearer ${String(other.body["sessionToken"])}`;
  expect((await getUser(plain, { authorization })).cookie).toBe("");
});

test("leaving wins over a cookie that would have been set again", async () => {
  const lea = await plain.app.signIn("Lea");
  await plain.app.deps.db.execute(
    `update sessions set last_seen_time = now() - interval '1 day' where user_id = '${lea.id}'`,
  );
  const left = await post(plain, "prosa.user.v1.AuthService/Logout", {}, withCookie(lea, {}));
  expect(left.cookie).toMatch(/^prosa_session=; Path=\/; Max-Age=0;[^\n]*$/);
});

test("the cookie is marked Secure under TLS", async () => {
  expect((await login(secure, secureAna)).cookie).toMatch(/; Secure$/);
});

test("the cookie is marked Secure behind a proxy with TLS only when proxies are trusted", async () => {
  const headers = { "x-forwarded-proto": "https" };
  const behind = await proxied.app.signIn("Ana");
  expect((await login(proxied, behind, headers)).cookie).toMatch(/; Secure$/);
  expect((await login(proxied, behind)).cookie).not.toContain("Secure");
  expect((await login(plain, ana, headers)).cookie).not.toContain("Secure");
});

test("the cookie is found among others, and a broken one is nobody", async () => {
  const session = `prosa_session=${ana.token}`;
  expect((await getUser(plain, { cookie: `a=b; ${session}; c=d` })).status).toBe(200);
  for (const cookie of [
    "prosa_session=",
    "prosa_session=x",
    `other_${session}`,
    "=;;=",
    session + "x",
  ]) {
    expect((await getUser(plain, { cookie })).body["code"], cookie).toBe("unauthenticated");
  }
});

test("the own pages may use the cookie", async () => {
  const { url } = plain.server;
  for (const from of [
    { origin: url },
    { origin: url, "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
    {},
  ]) {
    expect((await getUser(plain, withCookie(ana, from))).status, JSON.stringify(from)).toBe(200);
  }
});

test("a page of another origin may not use the cookie, not even for public methods", async () => {
  const port = String(plain.server.port);
  for (const from of [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "nonsense" },
    { origin: `http://127.0.0.1:${port}1` },
    { origin: `http://localhost:${port}` },
    { origin: `http://evil.127.0.0.1:${port}` },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ]) {
    const headers = withCookie(ana, from);
    const path = "prosa.user.v1.AuthService/GetRegistrationPolicy";
    for (const answer of [await getUser(plain, headers), await post(plain, path, {}, headers)]) {
      expect(answer.status, JSON.stringify(from)).toBe(403);
      expect(answer.body["code"]).toBe("permission_denied");
      expect(JSON.stringify(answer.body)).toContain("ERROR_REASON_WRONG_ORIGIN");
    }
  }
});

test("a token in the header needs no origin, and goes before the cookie", async () => {
  const authorization = `Bearer ${ana.token}`;
  expect((await getUser(plain, { authorization, origin: "https://app.example" })).status).toBe(200);
  const broken = withCookie(ana, { authorization: "Bearer nonsense" });
  expect((await getUser(plain, broken)).body["code"]).toBe("unauthenticated");
  expect((await getUser(plain, { authorization: `bearer   ${ana.token}` })).status).toBe(200);
  for (const scheme of ["Basic", "Token", ""]) {
    const other = await getUser(plain, { authorization: `${scheme} ${ana.token}` });
    expect(other.body["code"]).toBe("unauthenticated");
  }
});

test("an access token is taken from the header alone, never from the cookie", async () => {
  const { token } = await ana.auth.createAccessToken({ name: "x", scope: Scope.READ });
  expect((await getUser(plain, { authorization: `Bearer ${token}` })).status).toBe(200);
  const cookie = `prosa_session=${token}`;
  expect((await getUser(plain, { cookie })).body["code"]).toBe("unauthenticated");
});

test("a stream ends with its token even when the rest of its request comes later", async () => {
  const { chat } = await ana.chats.createChat({ title: "Long" });
  const { token, accessToken } = await ana.auth.createAccessToken({ name: "x", scope: Scope.READ });
  const sent = { chatId: chat!.id, requestId: randomUUID(), text: "sentinel:tokens=1000,delay=20" };
  let messageId = "";
  for await (const { event } of ana.messages.sendMessage(sent)) {
    if (event.case !== "accepted") continue;
    messageId = event.value.reply!.id;
    break;
  }
  const request = http.request(`${plain.server.url}/prosa.chat.v1.MessageService/FollowReply`, {
    method: "POST",
    headers: { "content-type": "application/connect+json", authorization: `Bearer ${token}` },
  });
  request.flushHeaders();
  const admitted = async () => (await ana.auth.listAccessTokens({})).accessTokens;
  await expect.poll(async () => (await admitted())[0]!.lastUsedTime).toBeDefined();
  await ana.auth.revokeAccessToken({ accessTokenId: accessToken!.id });
  const body = Buffer.from(JSON.stringify({ messageId }));
  request.end(Buffer.concat([Buffer.of(0, 0, 0, 0, body.length), body]));
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  expect(await text(response)).toContain("ERROR_REASON_SIGN_IN_REQUIRED");
  await ana.messages.stopReply({ messageId });
});

test("over HTTP/2 the own pages may use the cookie, and others may not", async () => {
  for (const [served, person] of [
    [plain, ana],
    [secure, secureAna],
  ] as const) {
    const { url } = served.server;
    const own = withCookie(person, { origin: url, "sec-fetch-site": "same-origin" });
    expect(await getUserOverHttp2(served, own)).toMatchObject({ status: 200 });
    expect(await getUserOverHttp2(served, withCookie(person, {}))).toMatchObject({ status: 200 });
    const foreign = withCookie(person, { origin: "https://evil.example" });
    expect(await getUserOverHttp2(served, foreign)).toMatchObject({ status: 403 });
  }
});

test("the address is the one that a trusted proxy has seen, and a client's word otherwise never", async () => {
  const headers = { "x-forwarded-for": "203.0.113.9, 198.51.100.7" };
  expect(await addressOfLogin(plain, headers)).toBe("127.0.0.1");
  expect(await addressOfLogin(proxied, headers)).toBe("198.51.100.7");
  expect(await addressOfLogin(proxied, {})).toBe("127.0.0.1");
  expect(await addressOfLogin(proxied, { "x-forwarded-for": "::ffff:10.1.2.3" })).toBe("10.1.2.3");
  const long = await addressOfLogin(proxied, { "x-forwarded-for": "9".repeat(500) });
  expect(long).toHaveLength(64);
});

async function addressOfLogin(served: ServedApp, headers: Record<string, string>) {
  const person = await served.app.signIn("Visitor");
  await served.clients(headers).auth.login({ email: person.email, password: person.password });
  return (await person.auth.listSessions({})).sessions[0]!.address;
}

function withCookie(person: Person, headers: Record<string, string>) {
  return { cookie: `prosa_session=${person.token}`, ...headers };
}

function login(served: ServedApp, { email, password }: Person, headers = {}) {
  return post(served, "prosa.user.v1.AuthService/Login", { email, password }, headers);
}

function getUser(served: ServedApp, headers: Record<string, string>) {
  return post(served, "prosa.user.v1.UserService/GetCurrentUser", {}, headers);
}

/** A call in the Connect protocol with exactly these headers, which `fetch` would not send. */
async function post(
  served: ServedApp,
  path: string,
  message: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { url } = served.server;
  const send = url.startsWith("https:") ? https.request : http.request;
  const request = send(`${url}/${path}`, {
    method: "POST",
    ca: certificate.cert,
    headers: { "content-type": "application/json", ...headers },
  });
  request.end(JSON.stringify(message));
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  return {
    status: response.statusCode!,
    cookie: response.headers["set-cookie"]?.join("\n") ?? "",
    body: JSON.parse(await text(response)) as Record<string, unknown>,
  };
}

async function getUserOverHttp2(served: ServedApp, headers: Record<string, string>) {
  const session = http2.connect(served.server.url, { ca: certificate.cert });
  const stream = session.request({
    ":method": "POST",
    ":path": "/prosa.user.v1.UserService/GetCurrentUser",
    "content-type": "application/json",
    ...headers,
  });
  stream.end("{}");
  const [response] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
  const body = await text(stream);
  session.close();
  return { status: response[":status"], body };
}
