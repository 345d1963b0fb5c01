import type { SchemaService } from "#proto/prosa/rpc/v1/schema_service_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Schema } from "./schema.ts";

export function schemaService(schema: () => Promise<Schema>): ServiceImpl<typeof SchemaService> {
  return {
    async getSchema() {
      const { set, services } = await schema();
      return { fileDescriptorSet: set, services };
    },
  };
}
