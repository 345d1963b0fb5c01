import { Failure } from "./failure.ts";
import { networkWords } from "./network-words.ts";

export type RegistryClient = ReturnType<typeof createRegistryClient>;

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

function readChallenge(header: string): URL {
  const values = new Map<string, string>();
  for (const [, key, value] of header.matchAll(/(\w+)="([^"]*)"/g)) {
    if (key && value !== undefined) values.set(key.toLowerCase(), value);
  }
  const realm = values.get("realm");
  if (!/^bearer /i.test(header) || !realm || !URL.canParse(realm)) {
    throw new Failure(500, "the registry asks for a login that the engine does not know");
  }
  const url = new URL(realm);
  for (const key of ["service", "scope"]) {
    const value = values.get(key);
    if (value !== undefined) url.searchParams.set(key, value);
  }
  return url;
}

/** Reads from one registry: answers its token challenge and follows redirects to other stores. */
export function createRegistryClient(base: string, insecure: boolean) {
  const origin = new URL(base).origin;
  let authorization: string | undefined;

  async function fetchOne(url: URL, headers: Record<string, string>, signal: AbortSignal) {
    if (
      url.protocol !== "https:" &&
      !(url.protocol === "http:" && (insecure || isLoopback(url.hostname)))
    ) {
      throw new Failure(500, `refused to talk to ${url.host} without encryption`);
    }
    try {
      return await fetch(url, { headers, signal, redirect: "manual" });
    } catch (error) {
      signal.throwIfAborted();
      throw new Error(`cannot reach ${url.host}: ${networkWords(error)}`, { cause: error });
    }
  }

  async function logIn(challenge: string, signal: AbortSignal): Promise<void> {
    const response = await fetchOne(readChallenge(challenge), {}, signal);
    if (!response.ok) throw new Failure(500, `the registry refused a token: ${response.status}`);
    const { token, access_token: accessToken } = (await response.json()) as Record<string, unknown>;
    authorization = `Bearer ${String(token ?? accessToken)}`;
  }

  /** The answer to GET of a path of the registry, wherever it sends us; network trouble in words. */
  async function get(
    path: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Response> {
    let url = new URL(path, base);
    let loggedIn = false;
    for (let redirects = 0; redirects <= MAX_REDIRECTS;) {
      // What the registry trusts us with is for nobody else.
      const own: Record<string, string> =
        authorization && url.origin === origin ? { authorization } : {};
      const response = await fetchOne(
        url,
        { "accept-encoding": "identity", ...headers, ...own },
        signal,
      );
      const challenge = response.headers.get("www-authenticate");
      if (response.status === 401 && challenge && url.origin === origin && !loggedIn) {
        await response.body?.cancel();
        await logIn(challenge, signal);
        loggedIn = true;
        continue;
      }
      const location = response.headers.get("location");
      if (!REDIRECTS.has(response.status) || !location) return response;
      await response.body?.cancel();
      url = new URL(location, url);
      redirects++;
    }
    throw new Failure(500, `${new URL(base).host} redirects in circles`);
  }

  return { host: new URL(base).host, get };
}
