import { startFakeOllama } from "./fake-ollama.ts";

const fake = await startFakeOllama({ port: Number(process.argv[2] ?? 0), record: false });
process.stdout.write(`${fake.url}\n`);
