import { Health } from "#proto/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "#proto/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionAlpha } from "#proto/grpc/reflection/v1alpha/reflection_pb.ts";
import { Averager } from "#proto/study/averager_pb.ts";
import { Chat } from "#proto/study/chat_pb.ts";
import { Greeter } from "#proto/study/greeter_pb.ts";
import { Streamer } from "#proto/study/streamer_pb.ts";
import type { DescMethod } from "@bufbuild/protobuf";

/** Services whose protos are not ours to put an access level into, and which everybody may call. */
const openServices = [
  Health,
  ServerReflection,
  ServerReflectionAlpha,
  Greeter,
  Streamer,
  Averager,
  Chat,
];

const names = new Set<string>(openServices.map(({ typeName }) => typeName));

/** Whether the method is of a service that asks nobody who they are. */
export function isOpen({ parent }: DescMethod): boolean {
  return names.has(parent.typeName);
}
