import { expect, test } from "vitest";
import { toServerAddress } from "./server-address.ts";

test.each([
  ["localhost:8080", "http://localhost:8080"],
  ["chat.example.org", "http://chat.example.org"],
  [" https://chat.example.org/ ", "https://chat.example.org"],
  ["http://[::1]:8080", "http://[::1]:8080"],
])("%j is the server %s", (typed, address) => {
  expect(toServerAddress(typed)).toBe(address);
});

test.each(["", "ftp://x", "http://x/path", "http://x?y", "a b", "http://x:99999"])(
  "%j is no server",
  (typed) => {
    expect(() => toServerAddress(typed)).toThrow(expect.objectContaining({ exitCode: 2 }));
  },
);
