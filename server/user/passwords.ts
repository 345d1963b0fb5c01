import { type Argon2Algorithm, argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(argon2);

/** The parameters that OWASP recommends for argon2id: 19 MiB, two passes, one lane. */
const MEMORY = 19 * 1024;
const PASSES = 2;
const LANES = 1;
const ALGORITHM: Argon2Algorithm = "argon2id";

/** Hashes a password into the PHC string format, salt and parameters included. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await run(password, salt, MEMORY, PASSES, LANES);
  return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${LANES}$${encode(salt)}$${encode(hash)}`;
}

/** Compares a password with a hash of hashPassword; always takes the time of a full comparison. */
export async function verifyPassword(password: string, stored: string | undefined) {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(
    stored ?? NOBODY,
  );
  if (match === null) return false;
  const [, memory, passes, lanes, salt, hash] = match as unknown as string[];
  const expected = Buffer.from(hash!, "base64");
  const actual = await run(
    password,
    Buffer.from(salt!, "base64"),
    Number(memory),
    Number(passes),
    Number(lanes),
  );
  return timingSafeEqual(actual, expected) && stored !== undefined;
}

// What an unknown e-mail is compared with, so that it takes as long as a known one.
const NOBODY = `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${LANES}$${encode(randomBytes(16))}$${encode(randomBytes(32))}`;

async function run(message: string, nonce: Buffer, memory: number, passes: number, lanes: number) {
  const tagLength = 32;
  return derive(ALGORITHM, {
    message: message.normalize("NFC"),
    nonce,
    memory,
    passes,
    parallelism: lanes,
    tagLength,
  });
}

function encode(bytes: Buffer) {
  return bytes.toString("base64").replace(/=+$/, "");
}
