// The first of gRPC's four call types: one request, one response.
import { Greeter } from "#proto/study/greeter_pb.ts";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

export async function run(address: string) {
  // The transport speaks gRPC over HTTP/2; the client has the methods of the service in the .proto.
  const transport = createGrpcTransport({ baseUrl: address });
  const greeter = createClient(Greeter, transport);

  // A unary call looks like a call of a function that answers later.
  const reply = await greeter.sayHello({ name: "Alice" });
  console.log(reply.message);
}
