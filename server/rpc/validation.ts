import { createValidator, type Validator } from "@bufbuild/protovalidate";
import type { Interceptor } from "@connectrpc/connect";
import { createValidateInterceptor } from "@connectrpc/validate";
import { MAX_VIOLATIONS } from "../limits.ts";

/** Refuses what breaks the rules in the proto. The first violations are told, the others counted. */
export function createValidation(): Interceptor {
  const { validate } = createValidator();
  // gRPC puts errors into trailers, and a client gives up on those that are too long.
  const validator: Validator = {
    validate(schema, message) {
      const result = validate(schema, message);
      return result.kind === "invalid"
        ? { ...result, violations: result.violations.slice(0, MAX_VIOLATIONS) }
        : result;
    },
  };
  return createValidateInterceptor({ validator });
}
