import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { LogoutResponseSchema } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { create } from "@bufbuild/protobuf";
import { connect } from "../clients.ts";
import type { Command } from "../command.ts";
import { describe, reasonOf } from "../failure.ts";
import { printResult } from "../print-result.ts";

export const logout: Command = {
  details: "An access token is only forgotten: end it with `prosa tokens revoke`.",
  words: { least: 0, most: 0 },
  async run(invocation) {
    const { config, server, status } = invocation;
    const tell = (words: string) =>
      printResult(invocation, LogoutResponseSchema, create(LogoutResponseSchema), words);
    const { tokens } = await config.read();
    const { [server]: token, ...others } = tokens;
    if (token === undefined) return tell(`You are not logged in at ${server}.`);
    // The login's own, whatever PROSA_TOKEN says.
    const clients = connect(server, token);
    try {
      await clients.auth.logout({});
    } catch (error) {
      if (!isOver(error)) status.line(`The session is only forgotten: ${describe(error, server)}`);
    } finally {
      clients.close();
    }
    await config.write({ server, tokens: others });
    await tell(`Logged out of ${server}.`);
  },
};

/** Whether there is no session to end: it has ended, or the token was none of a session. */
function isOver(error: unknown): boolean {
  const reason = reasonOf(error);
  return reason === ErrorReason.SIGN_IN_REQUIRED || reason === ErrorReason.SESSION_REQUIRED;
}
