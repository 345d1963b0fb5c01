import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { afterAll, expect, it } from "vitest";
import { ErrorDetailSchema, ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import {
  errorText,
  errorWords,
  fieldErrors,
  isCanceled,
  isUnreachable,
  reasonText,
  serverWords,
} from "./errors.ts";
import { applyLocale, t } from "./i18n/i18n.ts";
import { refusal } from "./testing/answer-with.ts";

afterAll(() => applyLocale("en"));

/** A message with these length-delimited fields, by number. */
function message(...fields: [number, Uint8Array | string][]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) {
    writer.tag(number, WireType.LengthDelimited);
    if (typeof value === "string") writer.string(value);
    else writer.bytes(value);
  }
  return writer.finish();
}

it.each(["en", "pt-BR"])("has whole sentences for every cause in %s", async (tag) => {
  await applyLocale(tag);
  const texts = Object.values(ErrorReason).map((reason) => reasonText(reason, { model: "m" }));
  expect(new Set(texts).size).toBe(texts.length);
  for (const text of texts) expect(text).toMatch(/^\S.*\.$/);
});

it("speaks the language of the page", async () => {
  const error = refusal(Code.Unavailable, ErrorReason.MODEL_UNAVAILABLE);
  await applyLocale("en");
  expect(errorText(error)).toBe("The model did not answer.");
  await applyLocale("pt-BR");
  expect(errorText(error)).toBe("O modelo não respondeu.");
  await applyLocale("en");
});

it("reads a cause that it does not know as an unknown one", () => {
  expect(reasonText(9999 as ErrorReason)).toBe(reasonText(ErrorReason.UNSPECIFIED));
});

it("names what the error names", () => {
  const error = refusal(Code.FailedPrecondition, ErrorReason.MODEL_MISSING, { model: "gemma3:1b" });
  expect(errorText(error)).toContain("gemma3:1b");
});

it("tells a broken connection from an error of the server", () => {
  const broken = ConnectError.from(new TypeError("Failed to fetch"));
  expect(isUnreachable(broken)).toBe(true);
  expect(errorText(broken)).toBe(t().errors.unreachable);
  expect(isUnreachable(refusal(Code.Unavailable, ErrorReason.DATABASE_UNAVAILABLE))).toBe(false);
});

it("tells a call that was given up from a download that was cancelled", () => {
  expect(isCanceled(new ConnectError("", Code.Canceled))).toBe(true);
  expect(isCanceled(refusal(Code.Canceled, ErrorReason.PULL_CANCELED))).toBe(false);
});

it("never shows the text of a program", () => {
  expect(errorText(new Error("x is not a function"))).toBe(t().errors.unknown);
  expect(errorText(new ConnectError("boom", Code.Internal))).toBe(t().errors.unknown);
});

it("adds the server's own words, cut, only to a cause that says too little", () => {
  const words = "The model failed: model requires more system memory (9 GiB)";
  expect(serverWords(ErrorReason.MODEL_FAILED, words)).toBe(words);
  expect(serverWords(ErrorReason.PULL_FAILED, "é".repeat(400))).toBe(`${"é".repeat(300)}…`);
  expect(serverWords(ErrorReason.UNSPECIFIED, words)).toBe("");
  const failed = refusal(Code.Unavailable, ErrorReason.PULL_FAILED);
  expect(errorWords(Object.assign(failed, { rawMessage: words }))).toBe(words);
  expect(errorWords(new Error("x is not a function"))).toBe("");
});

it("finds the fields that the server refused", () => {
  const violation = (name: string) =>
    message([2, "string.email"], [3, "must be an e-mail"], [5, message([1, message([2, name])])]);
  const error = new ConnectError("", Code.InvalidArgument);
  error.details = [
    {
      type: "prosa.rpc.v1.ErrorDetail",
      value: toBinary(ErrorDetailSchema, create(ErrorDetailSchema, { reason: 1 })),
    },
    {
      type: "buf.validate.Violations",
      value: message([1, violation("email")], [1, violation("display_name")]),
    },
  ];
  expect(Object.keys(fieldErrors(error))).toEqual(["email", "display_name"]);
});
