import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import type { Command } from "../command.ts";
import { describe, reasonOf } from "../failure.ts";

export const logout: Command = {
  details: "An access token is only forgotten: end it with `prosa tokens revoke`.",
  words: { least: 0, most: 0 },
  async run({ clients, config, output, server, status }) {
    const { tokens } = await config.read();
    if (tokens[server] === undefined) return output.line(`You are not logged in at ${server}.`);
    try {
      await clients().auth.logout({});
    } catch (error) {
      if (!isOver(error)) status.line(`The session is only forgotten: ${describe(error, server)}`);
    }
    const { [server]: _, ...others } = tokens;
    await config.write({ server, tokens: others });
    await output.line(`Logged out of ${server}.`);
  },
};

/** Whether there is no session to end: it has ended, or the token was none of a session. */
function isOver(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === ErrorReason.SIGN_IN_REQUIRED || reason === ErrorReason.SESSION_REQUIRED;
}
