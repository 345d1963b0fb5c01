import { UserSchema } from "#proto/prosa/user/v1/user_pb.ts";
import type { Command, Invocation } from "../command.ts";
import { cleanLine } from "../clean.ts";
import { connect } from "../clients.ts";
import { misuse } from "../failure.ts";
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
    const { words, config } = invocation;
    const server = words[0] === undefined ? invocation.server : toServerAddress(words[0]);
    const token = await obtainToken(invocation, server);
    const clients = connect(server, token);
    try {
      const { user } = await clients.users.getCurrentUser({});
      const known = await config.read();
      await config.write({ server, tokens: { ...known.tokens, [server]: token } });
      const who = `${cleanLine(user!.displayName)} <${cleanLine(user!.email)}>`;
      await printResult(invocation, UserSchema, user!, `Logged in at ${server} as ${who}.`);
    } finally {
      clients.close();
    }
  },
};

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
