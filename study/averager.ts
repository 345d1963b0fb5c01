// The third of gRPC's four call types: a stream of requests, one response.
import { Averager } from "#proto/study/averager_pb.ts";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";

export async function run(address: string) {
  const averager = createClient(Averager, createGrpcTransport({ baseUrl: address }));

  // The server answers when this generator has ended, which closes our half of the stream.
  async function* numbers() {
    for (const value of [10, 20, 30, 40, 50]) {
      console.log(`> ${value}`);
      yield { value };
    }
  }
  const average = await averager.computeAverage(numbers());
  console.log(`The average is ${average.result}.`);
}
