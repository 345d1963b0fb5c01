import { quote } from "../quote.ts";
import type { Hop } from "./hop.ts";

/** A query from VM1 with the password that Prosa uses. */
export const query: Hop = {
  name: "VM1 → VM2: a query as Prosa asks it",
  walk: (lab) => {
    const { node, app, password } = lab.site("vm1");
    const words = [node, `${app}/lab/guest/probe.ts`, "database", password];
    return answerOf(lab.sh("vm1", words.map(quote).join(" ")));
  },
};

/** The list of models, from VM1. */
export const models: Hop = {
  name: "VM1 → VM3: the list of models",
  walk: (lab) => {
    const { node, app } = lab.site("vm1");
    const words = [node, `${app}/lab/guest/probe.ts`, "model"];
    return answerOf(lab.sh("vm1", words.map(quote).join(" ")));
  },
};

async function answerOf(probe: Promise<{ code: number; output: string; errors: string }>) {
  const { code, output, errors } = await probe;
  if (code !== 0) throw new Error(errors.trim() || `the probe ended with code ${code}`);
  return output.trim();
}
