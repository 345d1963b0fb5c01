/** What a line for the terminal calls, and as whom. */
export interface Command {
  /** Where the server is: `http://localhost:8080`. */
  origin: string;
  /** `prosa.chat.v1.ChatService/ListChats`. */
  path: string;
  /** The request in proto3's JSON form. */
  body: string;
  /** Sent along; undefined for methods that anybody may call. */
  token: string | undefined;
}

/** Stands where no token is known: the shell puts the variable's value there. */
export const TOKEN_VARIABLE = "$PROSA_TOKEN";

const NEXT_LINE = " \\\n  ";

/** The call as a line for `buf curl`, which asks the server itself for the schema. */
export function bufCurl({ origin, path, body, token }: Command): string {
  return [
    isPlain(origin) ? "buf curl --http2-prior-knowledge" : "buf curl",
    ...(token === undefined ? [] : [`--header ${authorization(token)}`]),
    `--data ${quoted(body)}`,
    `${origin}/${path}`,
  ].join(NEXT_LINE);
}

/** The call as a line for `grpcurl`, which does the same. */
export function grpcurl({ origin, path, body, token }: Command): string {
  const { hostname, port } = new URL(origin);
  return [
    isPlain(origin) ? "grpcurl -plaintext" : "grpcurl",
    ...(token === undefined ? [] : [`-H ${authorization(token)}`]),
    `-d ${quoted(body)}`,
    `${hostname}:${port || (isPlain(origin) ? "80" : "443")} ${path}`,
  ].join(NEXT_LINE);
}

function isPlain(origin: string): boolean {
  return origin.startsWith("http:");
}

function authorization(token: string): string {
  const header = `authorization: Bearer ${token}`;
  // Only between double quotes does a shell put in what a variable holds.
  return token === TOKEN_VARIABLE ? `"${header}"` : quoted(header);
}

/** A text as one word of a shell, whatever stands in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
