// Prosa's own engine as the Ollama of the laboratory: node model.ts ADDRESS PORT FOLDER
import { createEngine } from "../../engine/engine.ts";
import { createEngineServer } from "../../engine/server.ts";

const [address = "127.0.0.1", port = "11434", folder = "models"] = process.argv.slice(2);
const engine = createEngine({ folder, registry: "https://registry.ollama.ai" });
createEngineServer(engine).listen(Number(port), address, () => {
  console.log(`The model is at http://${address}:${port}`);
});

// The first process of a machine's space is told nothing that it does not listen for.
process.on("SIGTERM", () => process.exit(0));
