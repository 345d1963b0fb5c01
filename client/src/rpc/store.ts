import { timestampDate } from "@bufbuild/protobuf/wkt";
import { createSignal } from "solid-js";
import { SchemaService } from "#proto/prosa/rpc/v1/schema_service_pb.ts";
import { Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { authClient, clientOf } from "../api.ts";
import { TOKEN_VARIABLE } from "./command-lines.ts";
import { readSchema, type Schema } from "./schema.ts";

const TOKEN_LIFETIME_DAYS = 90;
const DAY_SECONDS = 86_400;

const schemaClient = clientOf(SchemaService);

const [schema, setSchema] = createSignal<Schema>();
/** What `schema` was read from. */
let description: Uint8Array = new Uint8Array();
const [schemaError, setSchemaError] = createSignal<unknown>();
const [token, setToken] = createSignal("");

export { schema, schemaError, setToken, token };

/** Asks the server what it serves; what is here already stays when that fails. */
export async function loadSchema(): Promise<void> {
  setSchemaError(undefined);
  try {
    const answer = await schemaClient.getSchema({});
    // The same description again must not make the page anew.
    if (schema() && isSame(answer.fileDescriptorSet, description)) return;
    const read = readSchema(answer);
    description = answer.fileDescriptorSet;
    setSchema(() => read);
  } catch (error) {
    setSchemaError(() => error);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** The token that the lines for the terminal carry: the user's, or the variable that stands for it. */
export function tokenInCommands(): string {
  return token().trim() || TOKEN_VARIABLE;
}

/** Makes an access token for the lines for the terminal; returns until when it works. */
export async function makeToken(name: string, mayWrite: boolean): Promise<Date | undefined> {
  const made = await authClient.createAccessToken({
    name,
    scope: mayWrite ? Scope.WRITE : Scope.READ,
    lifetime: { seconds: BigInt(TOKEN_LIFETIME_DAYS * DAY_SECONDS) },
  });
  setToken(made.token);
  const expiry = made.accessToken?.expireTime;
  return expiry && timestampDate(expiry);
}
