/** One message as Ollama's chat request carries it. */
export interface FakeMessage {
  readonly role: string;
  readonly content: string;
}

/** What the fake does instead of (or after some pieces of) a whole answer. */
export type FakeFault =
  | "error-before"
  | "error-midway"
  | "cut"
  | "hang"
  | "stall"
  | "busy"
  | "too-long";

/** An answer before it is sent: pieces with `delayMs` between them. */
export interface FakeAnswer {
  readonly kind: "chat" | "title";
  readonly thinking: readonly string[];
  readonly pieces: readonly string[];
  readonly delayMs: number;
  /** Absent when the model is not to be loaded anew. */
  readonly loadMs?: number;
  readonly fault?: FakeFault;
}

export const fakeTitle = "A fine short title";
export const fakeGreeting = "Hello from the fake model.";
export const multibyteText =
  "Olá, coração! Cafe\u0301 e a\u0303o 😀 👩‍👩‍👧‍👦 🇧🇷 日本語 — ﷽ עברית 𝔘𝔫𝔦 ✅ fim.";

const faults = new Set<string>([
  "error-before",
  "error-midway",
  "cut",
  "hang",
  "stall",
  "busy",
  "too-long",
]);
const titlePrompt = /(^|\n\n)(Write a short title|Escreva um título curto)[^\n]*$/;
const defaultFaultTokens = 5;
const words =
  "the river carries small boats past quiet houses while morning light opens every window and somebody sings".split(
    " ",
  );

const markdownSample = `## A walk through the garden

The **first** thing to see is the *old* wall, built of \`granite\` and patience. It has [a gate](https://example.com/gate) that nobody closes.

- roses, which want sun
- ferns, which do not
- one lemon tree, ~~dead~~ recovering

1. Water early.
2. Wait for the soil to drink.

| Plant | Water | Sun |
|---|---:|:---:|
| Rose | 2 l | much |
| Fern | 3 l | little |

\`\`\`ts
export function water(plant: Plant, litres: number): Plant {
  if (litres < 0) throw new RangeError("never take water away");
  return { ...plant, wet: plant.wet + litres };
}
\`\`\`

> Whoever plants a tree believes in tomorrow.

`;

/** The settings of every `sentinel:a=1,b` in a text, later ones winning. */
export function readSentinels(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [, list] of text.matchAll(/sentinel:([a-z0-9=,-]+)/g)) {
    for (const entry of (list ?? "").split(",")) {
      const [name = "", value = ""] = entry.split("=");
      if (name !== "") settings.set(name, value);
    }
  }
  return settings;
}

/** The pieces of `tokens=COUNT,pieces=KIND`; joined they are the exact answer. */
export function makePieces(count: number, kind = "word"): string[] {
  if (kind !== "markdown") {
    return Array.from({ length: count }, (_, index) => `${words[index % words.length]} `);
  }
  const tokens = markdownSample.match(/\n|\s?[^\s]{1,6}/g) ?? [];
  return Array.from({ length: count }, (_, index) => tokens[index % tokens.length] ?? "");
}

/** Reads the conversation and decides what the fake answers and how. */
export function planAnswer(messages: readonly FakeMessage[], behaviour = ""): FakeAnswer {
  const last = messages.at(-1)?.content ?? "";
  if (titlePrompt.test(last)) return planTitle(messages);
  const question = messages.findLast((message) => message.role === "user")?.content ?? "";
  const settings = readSentinels(`${behaviour} ${question}`);
  const fault = [...settings.keys()].find((name) => faults.has(name)) as FakeFault | undefined;
  const loadMs = settings.get("slow-load");
  return {
    kind: "chat",
    thinking: settings.has("thinking") ? ["Let me ", "think ", "about it."] : [],
    pieces: goOn(choosePieces(settings, messages, fault), messages.at(-1)),
    delayMs: Number(settings.get("delay") ?? 0),
    ...(loadMs === undefined ? {} : { loadMs: Number(loadMs) }),
    ...(fault === undefined ? {} : { fault }),
  };
}

function planTitle(messages: readonly FakeMessage[]): FakeAnswer {
  const settings = readSentinels(messages.map((message) => message.content).join("\n"));
  return {
    kind: "title",
    thinking: [],
    pieces: fakeTitle.split(/(?<= )/),
    delayMs: Number(settings.get("slow-title") ?? 0),
    ...(settings.has("no-title") ? { fault: "error-before" as const } : {}),
  };
}

function choosePieces(
  settings: Map<string, string>,
  messages: readonly FakeMessage[],
  fault: FakeFault | undefined,
): string[] {
  const tokens = settings.get("tokens");
  if (settings.has("echo")) return Array.from(JSON.stringify(messages));
  if (settings.has("multibyte")) return repeatTo(Array.from(multibyteText), tokens);
  if (settings.has("nul")) return ["before ", "\0", " between\0", "after"];
  const bytes = settings.get("long");
  if (bytes !== undefined) return longPieces(Number(bytes));
  if (tokens !== undefined) return makePieces(Number(tokens), settings.get("pieces"));
  if (fault !== undefined) return makePieces(defaultFaultTokens);
  return fakeGreeting.split(/(?= )/);
}

/** A model goes on where a given answer ends: what is left when the last message begins this one. */
function goOn(pieces: string[], last: FakeMessage | undefined): string[] {
  if (last?.role !== "assistant" || !pieces.join("").startsWith(last.content)) return pieces;
  let skip = last.content.length;
  const rest = pieces.map((piece) => {
    const left = piece.slice(skip);
    skip = Math.max(0, skip - piece.length);
    return left;
  });
  return rest.filter((piece) => piece !== "");
}

function repeatTo(pieces: string[], count: string | undefined): string[] {
  if (count === undefined) return pieces;
  return Array.from({ length: Number(count) }, (_, index) => pieces[index % pieces.length] ?? "");
}

function longPieces(bytes: number): string[] {
  const line = `${"lorem ipsum ".repeat(85)}abc\n`;
  const pieces = Array.from({ length: Math.floor(bytes / line.length) }, () => line);
  return [...pieces, line.slice(0, bytes % line.length)];
}
