import { UserSchema } from "#proto/prosa/user/v1/user_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import type { Command, Invocation } from "../command.ts";
import { cleanLine } from "../clean.ts";
import { connect } from "../clients.ts";
import { describe, Failure, misuse, reasonOf } from "../failure.ts";
import { printResult } from "../print-result.ts";
import { toServerAddress } from "../server-address.ts";

export const login: Command = {
  details: `Asks for e-mail and password; the password is not shown. Where there is no terminal, the
password (or, with --token -, the token) is the first line of the standard input.
The token is kept in a file that only you can read.`,
  options: {
    email: { type: "string", value: "EMAIL", help: "The e-mail, instead of asking for it" },
    token: {
      type: "string",
      value: "TOKEN",
      help: "An access token instead of a password; - reads it",
    },
  },
  words: { least: 0, most: 1 },
  async run(invocation) {
    const [typed] = invocation.words;
    const server = typed === undefined ? invocation.server : toServerAddress(typed);
    try {
      await logIn(invocation, server);
    } catch (error) {
      if (error instanceof Failure || invocation.signal.aborted) throw error;
      throw new Failure(explain(error, server, typed));
    }
  },
};

async function logIn(invocation: Invocation, server: string): Promise<void> {
  await checkServer(server);
  const token = await obtainToken(invocation, server);
  const clients = connect(server, token);
  try {
    const { user } = await clients.users.getCurrentUser({});
    const known = await invocation.config.read();
    await invocation.config.write({ server, tokens: { ...known.tokens, [server]: token } });
    const who = `${cleanLine(user!.displayName)} <${cleanLine(user!.email)}>`;
    await printResult(invocation, UserSchema, user!, `Logged in at ${server} as ${who}.`);
  } finally {
    clients.close();
  }
}

/** Nobody is to type a password for a server that does not answer. */
async function checkServer(server: string): Promise<void> {
  const clients = connect(server, undefined);
  try {
    await clients.auth.getRegistrationPolicy({});
  } finally {
    clients.close();
  }
}

/** Names the server that was tried, which need not be the one of the last login. */
function explain(error: unknown, server: string, typed: string | undefined): string {
  const words = describe(error, server);
  if (reasonOf(error) !== ErrorReason.WRONG_CREDENTIALS) return words;
  return [words, "Try again with: prosa login", typed].filter(Boolean).join(" ");
}

async function obtainToken(invocation: Invocation, server: string): Promise<string> {
  const given = invocation.text("token");
  if (given !== undefined) {
    const token = given === "-" ? await secret(invocation, "Token: ") : given.trim();
    // Nothing else can stand in a header.
    if (!/^[\x21-\x7e]+$/.test(token)) throw misuse("This is no token.");
    return token;
  }
  const email = invocation.text("email") ?? (await askEmail(invocation));
  const password = await secret(invocation, "Password: ");
  const clients = connect(server, undefined);
  try {
    return (await clients.auth.login({ email, password })).sessionToken;
  } finally {
    clients.close();
  }
}

function askEmail({ input }: Invocation): Promise<string> {
  if (!input.terminal) throw misuse("There is no terminal to ask for the e-mail: say --email.");
  return input.ask("E-mail: ");
}

async function secret({ input }: Invocation, question: string): Promise<string> {
  if (input.terminal) return input.ask(question, "hidden");
  return (await input.readAll()).split(/\r?\n/, 1)[0]!;
}
