import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { connect, type Socket } from "node:net";

/** Calls GetCurrentUser over and over on each connection for a time; returns how often. */
export type Caller = (connections: number, ms: number) => Promise<number>;

const path = "/prosa.user.v1.UserService/GetCurrentUser";
const emptyFrame = Buffer.alloc(5);
const streamsPerSession = 5;

/** gRPC over HTTP/2, some streams at once on each connection, as `ghz` does it. */
export function grpcCaller(url: string, token: string): Caller {
  return async (connections, ms) => {
    const sessions = Array.from({ length: connections / streamsPerSession }, () =>
      connectHttp2(url),
    );
    const ends = performance.now() + ms;
    const headers = {
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc+proto",
      te: "trailers",
      authorization: `Bearer ${token}`,
    };
    const loop = async (session: ClientHttp2Session) => {
      let calls = 0;
      for (; performance.now() < ends; calls++) await callGrpc(session, headers);
      return calls;
    };
    const counts = await Promise.all(
      sessions.flatMap((session) => Array.from({ length: streamsPerSession }, () => loop(session))),
    );
    for (const session of sessions) session.close();
    return counts.reduce((sum, count) => sum + count, 0);
  };
}

function callGrpc(session: ClientHttp2Session, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let status = "";
    stream.once("trailers", (trailers) => (status = String(trailers["grpc-status"])));
    stream.once("error", reject);
    stream.once("close", () =>
      status === "0" ? resolve() : reject(new Error(`grpc-status ${status}`)),
    );
    stream.resume();
    stream.end(emptyFrame);
  });
}

/** gRPC-Web over HTTP/1.1 on bare sockets, so that the client costs next to nothing. */
export function grpcWebCaller(url: string, token: string): Caller {
  const { port } = new URL(url);
  const request = Buffer.concat([
    Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/grpc-web+proto\r\n` +
        `x-grpc-web: 1\r\nauthorization: Bearer ${token}\r\ncontent-length: ${emptyFrame.length}\r\n\r\n`,
    ),
    emptyFrame,
  ]);
  return async (connections, ms) => {
    const ends = performance.now() + ms;
    const counts = await Promise.all(
      Array.from({ length: connections }, () => repeat(Number(port), request, ends)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
}

const lastChunk = Buffer.from("\r\n0\r\n\r\n");
const success = Buffer.from("grpc-status: 0");

function repeat(port: number, request: Buffer, ends: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1", () => socket.write(request));
    let calls = 0;
    let answer = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.once("error", reject);
    socket.on("data", (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes]);
      if (!answer.subarray(-lastChunk.length).equals(lastChunk)) return;
      if (!answer.includes(success)) {
        socket.destroy(new Error(answer.toString("latin1")));
        return;
      }
      answer = Buffer.alloc(0);
      calls += 1;
      if (performance.now() < ends) {
        socket.write(request);
        return;
      }
      socket.end();
      resolve(calls);
    });
  });
}
