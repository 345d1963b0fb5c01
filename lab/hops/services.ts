import { quote } from "../quote.ts";
import type { Hop } from "./hop.ts";
import { outputOf } from "./output.ts";

/** A query from VM1 with the password that Prosa uses. */
export const query: Hop = {
  name: "VM1 → VM2: a query as Prosa asks it",
  walk: (lab) => {
    const { node, app, password } = lab.site("vm1");
    const words = [node, `${app}/lab/guest/probe.ts`, "database", password];
    return outputOf(lab.sh("vm1", words.map(quote).join(" ")));
  },
};

/** The list of models, from VM1. */
export const models: Hop = {
  name: "VM1 → VM3: the list of models",
  walk: (lab) => {
    const { node, app } = lab.site("vm1");
    const words = [node, `${app}/lab/guest/probe.ts`, "model"];
    return outputOf(lab.sh("vm1", words.map(quote).join(" ")));
  },
};
