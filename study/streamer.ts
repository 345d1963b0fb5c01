// The second of gRPC's four call types: one request, a stream of responses.
import { Streamer } from "#proto/study/streamer_pb.ts";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

export async function run(address: string) {
  const streamer = createClient(Streamer, createGrpcTransport({ baseUrl: address }));

  // The responses come one by one, each as soon as the server has sent it. Leaving the loop
  // (with break, for example) tells the server to stop.
  for await (const reply of streamer.streamTime({ count: 5 })) {
    console.log(reply.time);
  }
}
