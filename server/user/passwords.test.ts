import { afterEach, expect, test, vi } from "vitest";
import { testApp } from "../testing/app.ts";
import { failureOf } from "../testing/failure.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";

const work = vi.hoisted((): object[] => []);
vi.mock("node:crypto", async (original) => {
  const real = await original<typeof import("node:crypto")>();
  const argon2 = (algorithm: string, parameters: object, done: () => void) => {
    const { memory, passes, parallelism } = parameters as Record<string, number>;
    work.push({ algorithm, memory, passes, parallelism });
    real.argon2(algorithm as "argon2id", parameters as never, done);
  };
  return { ...real, argon2 };
});
afterEach(() => void work.splice(0));

test("a password fits its own hash and no other does", async () => {
  const hash = await hashPassword("correct horse");
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(await verifyPassword("correct horse", hash)).toBe(true);
  for (const wrong of ["Correct horse", "correct horse ", "", "correct horse\n"]) {
    expect(await verifyPassword(wrong, hash)).toBe(false);
  }
});

test("each hash has a salt of its own", async () => {
  expect(await hashPassword("the same")).not.toBe(await hashPassword("the same"));
});

test("a letter counts as the same in both of its Unicode forms", async () => {
  const hash = await hashPassword("cora\u00e7\u00e3o");
  expect(await verifyPassword("corac\u0327a\u0303o", hash)).toBe(true);
});

test("parameters of an older hash are taken from the hash", async () => {
  const hash = await hashPassword("old");
  expect(await verifyPassword("old", hash.replace("t=2", "t=1"))).toBe(false);
  expect(work.at(-1)).toMatchObject({ passes: 1 });
});

test("what is no hash fits nothing", async () => {
  for (const stored of ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$x"]) {
    expect(await verifyPassword("plain", stored)).toBe(false);
  }
});

test("a wrong password and an unknown e-mail cost the same work and get the same answer", async () => {
  await using app = await testApp();
  const { email } = await app.signIn("Ana");
  work.splice(0);
  const wrong = await failureOf(app.stranger.auth.login({ email, password: "wrong" }));
  const unknown = await failureOf(
    app.stranger.auth.login({ email: "nobody@example.org", password: "wrong" }),
  );
  expect(wrong).toMatchObject({ code: "Unauthenticated", reason: "WRONG_CREDENTIALS" });
  expect(unknown).toEqual(wrong);
  expect(work).toHaveLength(2);
  expect(work[0]).toEqual(work[1]);
  expect(work[0]).toEqual({ algorithm: "argon2id", memory: 19456, passes: 2, parallelism: 1 });
});
