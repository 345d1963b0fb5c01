import type { LlamaModel, Token } from "node-llama-cpp";

const CONTROL = 3;
const USER_DEFINED = 4;

/** Byte-level BPE writes the bytes that are no visible Latin-1 character as U+0100 and up, in order. */
function byteAlphabet(): Map<string, number> {
  const alphabet = new Map<string, number>();
  let shifted = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const visible =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    alphabet.set(String.fromCharCode(visible ? byte : shifted++), byte);
  }
  return alphabet;
}

const byteOf = byteAlphabet();
const encoder = new TextEncoder();

function bytesOfBpe(piece: string): Uint8Array {
  const bytes: number[] = [];
  for (const char of piece) {
    const byte = byteOf.get(char);
    if (byte === undefined) bytes.push(...encoder.encode(char));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function bytesOfSentencePiece(piece: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(piece)?.[1];
  return byte ? Uint8Array.of(parseInt(byte, 16)) : encoder.encode(piece.replaceAll("▁", " "));
}

/**
 * The exact bytes of one token, nothing for control tokens. llama.cpp's own conversion to text
 * drops spaces before `? ! . ,` and cannot give half a character, so the vocabulary is read here.
 */
export function createTokenBytes(model: LlamaModel): (token: Token) => Uint8Array {
  const { ggml } = model.fileInfo.metadata.tokenizer ?? {};
  const decode = { gpt2: bytesOfBpe, llama: bytesOfSentencePiece }[ggml?.model ?? ""];
  if (!ggml || !decode) return (token) => encoder.encode(model.detokenize([token]));
  return (token) => {
    const type = Number(ggml.token_type?.[token]);
    const piece = ggml.tokens[token] ?? "";
    if (type === CONTROL) return new Uint8Array();
    return type === USER_DEFINED ? encoder.encode(piece) : decode(piece);
  };
}
