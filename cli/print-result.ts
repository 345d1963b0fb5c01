import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { cleanLine } from "./clean.ts";
import type { Invocation } from "./command.ts";

/** Says what has been done: in words, or with --json by the server's message. */
export async function printResult<Desc extends DescMessage>(
  { output, status, json }: Pick<Invocation, "output" | "status" | "json">,
  schema: Desc,
  message: MessageShape<Desc>,
  words: string,
): Promise<void> {
  status.clear();
  if (!json) return output.text(`${words}\n`);
  await output.json(schema, message);
  status.line(cleanLine(words));
}
