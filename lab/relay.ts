// Runs at LAN1: node relay.ts SOCKET ADDRESS PORT passes each connection to the socket on.
import { connect, createServer } from "node:net";

const [path = "", address = "", port = ""] = process.argv.slice(2);

createServer((socket) => {
  const outer = connect(Number(port), address);
  socket.pipe(outer).pipe(socket);
  socket.on("error", () => outer.destroy());
  outer.on("error", () => socket.destroy());
}).listen(path, () => console.log("listening"));

// Who has started this holds the other end.
process.stdin.resume().on("close", () => process.exit(0));
