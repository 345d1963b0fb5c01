import { isIPv6 } from "node:net";
import { AppError } from "../errors.ts";

/** A bucket of `burst` attempts that regains one every `interval` milliseconds. */
type Rule = { burst: number; interval: number };

// Fifteen slips of a finger must not lock anybody out; a guesser gets fewer than
// 3,000 tries a day for one account from one address.
const RULES = {
  passwordOfAccountFromAddress: { burst: 20, interval: 30_000 },
  passwordFromAddress: { burst: 100, interval: 5_000 },
  passwordOfAccount: { burst: 200, interval: 10_000 },
  registrationFromAddress: { burst: 100, interval: 30_000 },
} satisfies Record<string, Rule>;

const MAX_BUCKETS = 100_000;
const MAX_TRUSTED = 100_000;

export type Attempts = ReturnType<typeof createAttempts>;

/**
 * Counts attempts and refuses those beyond a limit with TOO_MANY_ATTEMPTS. An account is never
 * locked: from an address that it has signed in from before, only that address's own attempts count.
 * An IPv6 address stands for its /64, since whoever has one has all of them.
 */
export function createAttempts(enabled: boolean, now: () => number = Date.now) {
  const buckets = new Map<string, { tokens: number; time: number }>();
  // A logout must not make the owner a stranger, so this is kept apart from sessions.
  const trusted = new Set<string>();

  function level(key: string, rule: Rule) {
    const bucket = buckets.get(key);
    if (bucket === undefined) return { tokens: rule.burst, time: now() };
    const tokens = Math.min(rule.burst, bucket.tokens + (now() - bucket.time) / rule.interval);
    return { tokens, time: now() };
  }

  function check(key: string, rule: Rule) {
    const { tokens } = level(key, rule);
    if (tokens >= 1) return;
    throw new AppError("TOO_MANY_ATTEMPTS", "Too many attempts. Wait before the next one.", {
      retryDelay: Math.ceil((1 - tokens) * rule.interval),
    });
  }

  function spend(key: string, rule: Rule, count = 1) {
    const { tokens, time } = level(key, rule);
    buckets.delete(key);
    buckets.set(key, { tokens: Math.max(0, tokens - count), time });
    if (buckets.size > MAX_BUCKETS) buckets.delete(buckets.keys().next().value!);
  }

  function trust(account: string, address: string) {
    const pair = `${networkOf(address)} ${account}`;
    trusted.delete(pair);
    trusted.add(pair);
    if (trusted.size > MAX_TRUSTED) trusted.delete(trusted.values().next().value!);
  }

  function passwordRules(account: string, address: string, known: boolean) {
    const network = networkOf(address);
    const pair = `${network} ${account}`;
    const rules: [string, Rule][] = [
      [`a:${pair}`, RULES.passwordOfAccountFromAddress],
      [`b:${network}`, RULES.passwordFromAddress],
    ];
    if (!known && !trusted.has(pair)) rules.push([`c:${account}`, RULES.passwordOfAccount]);
    return rules;
  }

  return {
    /** Throws when no password may be tried; `known` tells that the account has been used from the address. */
    checkPassword(account: string, address: string, known: boolean) {
      if (!enabled) return;
      for (const [key, rule] of passwordRules(account, address, known)) check(key, rule);
    },
    /** Counts a password before it is compared, as if it were wrong. */
    countWrongPassword(account: string, address: string, known: boolean) {
      for (const [key, rule] of passwordRules(account, address, known)) spend(key, rule);
    },
    /** Takes a counted attempt back, since the password was right, and remembers the address. */
    forgiveWrongPassword(account: string, address: string, known: boolean) {
      for (const [key, rule] of passwordRules(account, address, known)) spend(key, rule, -1);
      trust(account, address);
    },
    /** Remembers that the account's owner has been at the address. */
    trust,
    /** Counts an attempt to register, or throws. */
    register(address: string) {
      if (!enabled) return;
      const key = `r:${networkOf(address)}`;
      check(key, RULES.registrationFromAddress);
      spend(key, RULES.registrationFromAddress);
    },
  };
}

/** The first four groups of an IPv6 address; any other as it is. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const groups = (part = "") => part.split(":").filter((group) => group !== "");
  const [start, rest] = address.split("%", 1)[0]!.split("::");
  const [left, right] = [groups(start), groups(rest)];
  const gap = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  const first = [...left, ...gap, ...right].slice(0, 4);
  return first.map((group) => parseInt(group, 16).toString(16)).join(":");
}
