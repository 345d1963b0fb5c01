import { durationMs } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { answerWith } from "../testing/answer-with.ts";
import type { Methods } from "../testing/answer-with.ts";
import * as store from "./access-tokens.ts";

function answer(methods: Methods<typeof AuthService>): void {
  answerWith((router) => void router.service(AuthService, methods));
}

it("puts a new token first, hands it out once, and takes a revoked one away", async () => {
  const lifetimes: (number | undefined)[] = [];
  answer({
    listAccessTokens: () => ({ accessTokens: [{ id: "old", name: "Old", scope: Scope.READ }] }),
    createAccessToken: ({ name, scope, lifetime }) => {
      lifetimes.push(lifetime && durationMs(lifetime));
      return { accessToken: { id: name, name, scope }, token: "prosa_x" };
    },
    revokeAccessToken: () => ({}),
  });
  const ids = () => store.accessTokens()?.map(({ id }) => id);
  expect(ids()).toBeUndefined();
  await store.loadAccessTokens();
  expect(ids()).toEqual(["old"]);
  const made = { name: "month", scope: Scope.WRITE };
  expect(await store.createAccessToken({ ...made, days: 30 })).toBe("prosa_x");
  await store.createAccessToken({ ...made, name: "ever", days: undefined });
  expect(lifetimes).toEqual([30 * 86_400_000, undefined]);
  expect(ids()).toEqual(["ever", "month", "old"]);
  await store.revokeAccessToken("month");
  expect(ids()).toEqual(["ever", "old"]);
});
