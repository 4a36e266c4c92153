// As much of Node's `Buffer` as code in a lesson asks for: a browser has none.

type Encoding = "utf8" | "utf-8" | "hex" | "base64" | "base64url";

/** Bytes that can say what text they are. */
export class Bytes extends Uint8Array {
  override toString(encoding: Encoding = "utf8"): string {
    if (isUtf8(encoding)) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this);
    if (encoding === "hex") return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const base64 = btoa(Array.from(this, (byte) => String.fromCharCode(byte)).join(""));
    if (encoding === "base64") return base64;
    if (encoding === "base64url") return base64.replace(/[+/=]/g, (sign) => URL_SIGNS[sign] ?? "");
    throw notKnown(encoding);
  }
}

const URL_SIGNS: Readonly<Record<string, string>> = { "+": "-", "/": "_", "=": "" };

export const Buffer = {
  /** How many bytes a text has: é has two in UTF-8, 値 three. */
  byteLength: (of: string | ArrayBuffer | Uint8Array, encoding?: Encoding): number =>
    typeof of === "string" ? bytesOf(of, encoding).length : of.byteLength,

  /** The bytes of a text, or a copy of bytes. An `ArrayBuffer` is not copied. */
  from: (of: string | ArrayBuffer | ArrayLike<number>, encoding?: Encoding): Bytes =>
    typeof of === "string" ? bytesOf(of, encoding) : new Bytes(of),

  concat(chunks: readonly Uint8Array[]): Bytes {
    const whole = new Bytes(chunks.reduce((length, chunk) => length + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    return whole;
  },
};

/** What is not of the encoding is left out or ends it, as in Node. */
function bytesOf(text: string, encoding: Encoding = "utf8"): Bytes {
  if (isUtf8(encoding)) return new Bytes(new TextEncoder().encode(text));
  if (encoding === "hex") {
    const [pairs = ""] = /^(?:[\da-f]{2})*/i.exec(text) ?? [];
    return new Bytes((pairs.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
  }
  if (encoding !== "base64" && encoding !== "base64url") throw notKnown(encoding);
  const [signs = ""] = text.split("=");
  const base64 = signs
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .replace(/[^A-Za-z\d+/]/g, "");
  // One sign alone is less than a byte.
  const whole = base64.length % 4 === 1 ? base64.slice(0, -1) : base64;
  return new Bytes(Array.from(atob(whole), (sign) => sign.charCodeAt(0)));
}

function isUtf8(encoding: Encoding): boolean {
  return encoding === "utf8" || encoding === "utf-8";
}

function notKnown(encoding: string): TypeError {
  return new TypeError(`The lab runs in the browser, and its Buffer does not know the encoding ${encoding}`);
}
