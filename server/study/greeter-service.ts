import { type Greeter, HelloRequestSchema } from "#proto/study/greeter_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import { checkText } from "./violation.ts";

/** One request, one response. */
export function greeterService(): ServiceImpl<typeof Greeter> {
  return {
    sayHello({ name }) {
      checkText(HelloRequestSchema, "name", name);
      return { message: `Olá, ${name}!` };
    },
  };
}
