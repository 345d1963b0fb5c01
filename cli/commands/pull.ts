import { type Pull, PullPhase } from "#proto/prosa/llm/v1/model_pb.ts";
import {
  CancelPullResponseSchema,
  PullModelResponseSchema,
} from "#proto/prosa/llm/v1/model_service_pb.ts";
import { cleanLine } from "../clean.ts";
import type { Command, Invocation } from "../command.ts";
import { Failure, interrupted } from "../failure.ts";
import { checkModel } from "../names.ts";
import { createPatience } from "../patience.ts";
import { printResult } from "../print-result.ts";
import { percentage, progressBar } from "../progress.ts";
import type { Status } from "../status.ts";

export const pull: Command = {
  details: `The download belongs to the server: leaving with Ctrl-C does not stop it. For administrators.`,
  options: { cancel: { type: "boolean", help: "Stop the download instead" } },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const { words, output, status, json, signal } = invocation;
    const model = checkModel(words[0]!);
    if (invocation.flag("cancel")) return cancel(invocation, model);
    try {
      await watch(invocation, model);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw interrupted(
        `The download goes on at the server. Stop it with: prosa pull --cancel ${model}`,
      );
    } finally {
      status.clear();
    }
    if (!json) await output.text(`${model} is installed.\n`);
  },
};

async function cancel(invocation: Invocation, model: string): Promise<void> {
  const response = await invocation.clients().models.cancelPull({ model });
  const told = `The download of ${model} is cancelled. What has arrived is kept.`;
  await printResult(invocation, CancelPullResponseSchema, response, told);
}

async function watch(invocation: Invocation, model: string): Promise<void> {
  const { clients, json, output, status, signal } = invocation;
  const patience = createPatience((words) => status.show(words, "passing"));
  const show = createDisplay(status);
  for (;;) {
    try {
      for await (const response of clients().models.pullModel({ model }, { signal })) {
        patience.renew();
        if (json) await output.json(PullModelResponseSchema, response);
        else show(response.pull!);
        if (response.pull!.phase === PullPhase.COMPLETE) return;
      }
      throw new Failure("The server ended the download without its end.");
    } catch (error) {
      await patience.wait(error, signal);
    }
  }
}

const phases: Partial<Record<PullPhase, string>> = {
  [PullPhase.RESOLVING]: "asking the registry",
  [PullPhase.VERIFYING]: "checking the files",
};

/** A bar on a terminal; elsewhere a line for each phase and each tenth of the bytes. */
function createDisplay(status: Status) {
  return ({ phase, completedBytes, totalBytes, ...pull }: Pull): void => {
    const model = cleanLine(pull.model);
    const words = phases[phase];
    if (words !== undefined) return status.show(`${model}: ${words}`);
    if (phase !== PullPhase.DOWNLOADING) return;
    const [done, total] = [Number(completedBytes), Number(totalBytes)];
    if (status.terminal) return status.show(progressBar(model, done, total, status.columns()));
    if (total > 0)
      status.show(`${model}: ${percentage(Math.floor((done / total) * 10) / 10).trim()}`);
  };
}
