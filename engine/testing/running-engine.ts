import { mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "../engine.ts";
import { createEngineServer } from "../server.ts";

export type Line = {
  error?: string;
  status?: string;
  completed?: number;
  total?: number;
  done?: boolean;
  done_reason?: string;
  message?: { role: string; content: string };
  prompt_eval_count?: number;
  eval_count?: number;
  [field: string]: unknown;
};

/** An engine on a free port with an empty folder of its own, and ways to talk to it. */
export async function startEngine(registry = "http://127.0.0.1:9") {
  const folder = mkdtempSync(join(tmpdir(), "prosa-engine-"));
  const patience = { stallMs: 300, tries: 2, pauseMs: 1 };
  const engine = createEngine({ folder, registry, patience });
  const server = createEngineServer(engine).listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const request = (method: string, path: string, body?: unknown, signal?: AbortSignal) =>
    fetch(base + path, {
      method,
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    });

  async function json(method: string, path: string, body?: unknown) {
    const response = await request(method, path, body);
    return { status: response.status, body: (await response.json()) as Line };
  }

  /** The lines of a streamed answer, each as soon as it is there. */
  async function* lines(path: string, body: unknown, signal?: AbortSignal): AsyncGenerator<Line> {
    const response = await request("POST", path, body, signal);
    let rest = "";
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) yield JSON.parse(part) as Line;
    }
  }

  async function allLines(path: string, body: unknown): Promise<Line[]> {
    const all: Line[] = [];
    for await (const line of lines(path, body)) all.push(line);
    return all;
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await Promise.all(Object.values(engine.slots).map((slot) => slot.unload()));
    rmSync(folder, { recursive: true, force: true });
  }

  return { engine, folder, base, request, json, lines, allLines, close };
}
