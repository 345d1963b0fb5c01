import { expect, test } from "vitest";
import { AppError } from "../errors.ts";
import { createAttempts } from "./attempts.ts";

const MINUTE = 60_000;

function clocked() {
  let time = 0;
  const attempts = createAttempts(true, () => time);
  return {
    attempts,
    pass: (ms: number) => (time += ms),
    /** Tries wrong passwords until it is refused, and tells how many were let through. */
    guess(account: string, address: string, known = false, most = 1000) {
      for (let count = 0; count < most; count++) {
        if (refusal(() => attempts.checkPassword(account, address, known))) return count;
        attempts.countWrongPassword(account, address, known);
      }
      return most;
    },
  };
}

function refusal(act: () => void): AppError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.reason === "TOO_MANY_ATTEMPTS") return error;
    throw error;
  }
}

test("fifteen slips lock nobody out, and a guesser is stopped soon after", () => {
  const { guess } = clocked();
  const letThrough = guess("ana", "10.0.0.1");
  expect(letThrough).toBeGreaterThanOrEqual(15);
  expect(letThrough).toBeLessThanOrEqual(30);
});

test("a refusal tells when the next attempt is worth it, and then it is", () => {
  const { attempts, guess, pass } = clocked();
  guess("ana", "10.0.0.1");
  const { retryDelay } = refusal(() => attempts.checkPassword("ana", "10.0.0.1", false))!;
  expect(retryDelay).toBeGreaterThan(0);
  pass(retryDelay! - 1);
  expect(refusal(() => attempts.checkPassword("ana", "10.0.0.1", false))).toBeDefined();
  pass(1);
  expect(refusal(() => attempts.checkPassword("ana", "10.0.0.1", false))).toBeUndefined();
  expect(guess("ana", "10.0.0.1")).toBe(1);
});

test("a guesser has few tries in a day", () => {
  const { guess, pass } = clocked();
  let tries = 0;
  for (let minute = 0; minute < 24 * 60; minute++) {
    tries += guess("ana", "10.0.0.1");
    pass(MINUTE);
  }
  expect(tries).toBeLessThan(3000);
});

test("the right password gives the attempt back", () => {
  const { attempts, guess } = clocked();
  const burst = guess("bia", "10.0.0.2");
  for (let count = 0; count < 500; count++) {
    attempts.checkPassword("ana", "10.0.0.1", false);
    attempts.countWrongPassword("ana", "10.0.0.1", false);
    attempts.forgiveWrongPassword("ana", "10.0.0.1", false);
  }
  expect(guess("ana", "10.0.0.1")).toBe(burst);
});

test("strangers at many addresses cannot lock the owner out where the account is known", () => {
  const { attempts, guess } = clocked();
  let tries = 0;
  for (let host = 0; host < 100; host++) tries += guess("ana", `10.0.1.${host}`);
  expect(tries).toBeLessThan(500);
  expect(refusal(() => attempts.checkPassword("ana", "10.0.2.1", false))).toBeDefined();
  expect(refusal(() => attempts.checkPassword("ana", "192.0.2.1", true))).toBeUndefined();
  expect(guess("ana", "192.0.2.1", true)).toBeGreaterThanOrEqual(15);
});

test("the owner stays known at an address after signing in there once", () => {
  const { attempts, guess } = clocked();
  attempts.trust("ana", "192.0.2.1");
  attempts.forgiveWrongPassword("bia", "192.0.2.1", false);
  for (const account of ["ana", "bia"]) {
    for (let host = 0; host < 100; host++) guess(account, `10.0.1.${host}`);
    expect(refusal(() => attempts.checkPassword(account, "10.0.2.1", false))).toBeDefined();
    expect(refusal(() => attempts.checkPassword(account, "192.0.2.1", false))).toBeUndefined();
  }
});

test("all addresses of an IPv6 network count as one, and other networks apart", () => {
  const { attempts, guess } = clocked();
  guess("ana", "2001:db8:0:1::1");
  for (const same of ["2001:DB8:0000:0001:ffff::2", "2001:db8::1:2:3:4:5", "2001:db8:0:1::%eth0"]) {
    expect(
      refusal(() => attempts.checkPassword("ana", same, true)),
      same,
    ).toBeDefined();
  }
  for (const other of ["2001:db8:0:2::1", "2001:db8::1", "::1", "2001:db8:1::1"]) {
    expect(
      refusal(() => attempts.checkPassword("ana", other, true)),
      other,
    ).toBeUndefined();
  }
});

test("one address cannot try the accounts of everybody", () => {
  const { guess } = clocked();
  let tries = 0;
  for (let account = 0; account < 100; account++)
    tries += guess(`user-${account}`, "10.0.0.1", false, 10);
  expect(tries).toBeLessThanOrEqual(100);
});

test("accounts and addresses have limits of their own", () => {
  const { attempts, guess } = clocked();
  guess("ana", "10.0.0.1");
  expect(refusal(() => attempts.checkPassword("bia", "10.0.0.1", false))).toBeUndefined();
  expect(refusal(() => attempts.checkPassword("ana", "10.0.0.2", false))).toBeUndefined();
});

test("registrations from one address are limited too", () => {
  const { attempts, pass } = clocked();
  let made = 0;
  while (refusal(() => attempts.register("10.0.0.1")) === undefined) made += 1;
  expect(made).toBe(100);
  expect(refusal(() => attempts.register("10.0.0.2"))).toBeUndefined();
  pass(30_000);
  expect(refusal(() => attempts.register("10.0.0.1"))).toBeUndefined();
});

test("without limits nothing is refused", () => {
  const attempts = createAttempts(false);
  for (let count = 0; count < 1000; count++) {
    attempts.countWrongPassword("ana", "10.0.0.1", false);
    expect(refusal(() => attempts.checkPassword("ana", "10.0.0.1", false))).toBeUndefined();
    expect(refusal(() => attempts.register("10.0.0.1"))).toBeUndefined();
  }
});
