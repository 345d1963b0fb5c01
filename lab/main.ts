// The laboratory: npm run lab -- build | up | status | test | … (see docs/lab.md)
import { parseArgs } from "node:util";
import { commands, type Flags } from "./commands.ts";

const USAGE = `Usage: npm run lab -- COMMAND

  build             make the image of the virtual machines
  up                start everything: --namespaces without virtual machines, --libvirt with virsh
  status            what runs
  test              walk the path hop by hop, and name the one that fails
  snapshot NAME     keep the virtual machines as they are
  revert NAME       bring that back
  sh PLACE LINE     run a line of shell in vm1, vm2, vm3 or lan1
  cut MACHINE       take its power away
  start MACHINE     start it again
  open PORT         Prosa at http://localhost:PORT, until Ctrl-C
  down [--wipe]     end everything; --wipe also forgets disks and data
`;

const options = {
  namespaces: { type: "boolean" },
  libvirt: { type: "boolean" },
  wipe: { type: "boolean" },
} as const;

// Where some systems keep ip and nft, which are not for root alone.
process.env.PATH += ":/usr/sbin:/sbin";

// A reader who has seen enough, such as head, may leave.
process.stdout.on("error", () => process.exit(0));

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [name = "", ...words] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined || words.length !== command.words) {
    process.stderr.write(USAGE);
    process.exit(2);
  }
  process.exitCode = await command.run(words, values satisfies Flags);
} catch (error) {
  process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
