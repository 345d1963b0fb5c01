import { Code } from "@connectrpc/connect";
import { expect, it } from "vitest";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { Role } from "#proto/prosa/user/v1/user_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import { hasReason } from "../errors.ts";
import { answerWith, refusal } from "../testing/answer-with.ts";
import type { Methods } from "../testing/answer-with.ts";
import { changePerson, people } from "./people.ts";
import { isAdmin, loadSession } from "../user/store.ts";

const ana = { id: "ana", displayName: "Ana", role: Role.ADMIN };
const bia = { id: "bia", displayName: "Bia", role: Role.MEMBER };

const pages: Methods<typeof UserService> = {
  getCurrentUser: () => ({ user: ana }),
  listUsers: ({ pageToken }) =>
    pageToken === "" ? { users: [ana], nextPageToken: "more" } : { users: [bia] },
};

function answer(methods: Methods<typeof UserService>): void {
  answerWith((router) => void router.service(UserService, { ...pages, ...methods }));
}

const names = () => people.state.list?.map(({ displayName }) => displayName);

it("reads the users page by page, and a page that fails leaves those before it", async () => {
  answer({});
  await people.reload();
  expect(names()).toEqual(["Ana"]);
  answer({
    listUsers: () => {
      throw refusal(Code.Unavailable, ErrorReason.DATABASE_UNAVAILABLE);
    },
  });
  await people.more();
  expect(hasReason(people.state.error, ErrorReason.DATABASE_UNAVAILABLE)).toBe(true);
  expect(names()).toEqual(["Ana"]);
  answer({});
  await people.retry();
  expect(people.state.error).toBeUndefined();
  expect(names()).toEqual(["Ana", "Bia"]);
  expect(people.state.nextPageToken).toBe("");
});

it("shows what the server says after a change, also about the one who is signed in", async () => {
  answer({ updateUser: ({ userId, role = 0 }) => ({ user: { ...bia, id: userId, role } }) });
  await loadSession();
  await people.reload();
  await people.more();
  await changePerson("bia", { role: Role.ADMIN });
  expect(people.state.list?.map(({ role }) => role)).toEqual([Role.ADMIN, Role.ADMIN]);
  expect(isAdmin()).toBe(true);
  await changePerson("ana", { role: Role.MEMBER });
  expect(isAdmin()).toBe(false);
});
