// Runs one of the four example programs:
//
//   npm run study -- greeter|streamer|averager|chat [address]
import { Code, ConnectError } from "@connectrpc/connect";

const USAGE = "Usage: npm run study -- greeter|streamer|averager|chat [address]";
const DEFAULT_ADDRESS = "http://localhost:8080";

const programs: Record<string, () => Promise<{ run(address: string): Promise<void> }>> = {
  greeter: () => import("./greeter.ts"),
  streamer: () => import("./streamer.ts"),
  averager: () => import("./averager.ts"),
  chat: () => import("./chat.ts"),
};

async function main([name = "", address = DEFAULT_ADDRESS]: string[]): Promise<void> {
  const load = Object.hasOwn(programs, name) ? programs[name] : undefined;
  const url = URL.parse(address.includes("://") ? address : `http://${address}`);
  if (load === undefined || url === null || !/^https?:$/.test(url.protocol)) fail(USAGE);
  try {
    const program = await load();
    await program.run(url.origin);
  } catch (thrown) {
    // Every failed call throws a ConnectError: a code, which is for programs, and a message.
    const error = ConnectError.from(thrown);
    const nobody = error.code === Code.Unavailable && /ECONNREFUSED|ENOTFOUND/.test(error.message);
    fail(
      nobody
        ? `No server answers at ${url.origin}. Start one with npm start, or give its address.`
        : `The call failed (${Code[error.code]}): ${error.rawMessage}`,
    );
  }
}

function fail(words: string): never {
  console.error(words);
  // Not only the exit code: a call that failed may still wait for what we had to say.
  process.exit(1);
}

await main(process.argv.slice(2));
