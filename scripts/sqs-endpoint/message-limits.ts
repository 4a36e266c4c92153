// What SQS takes as a message. ("Amazon SQS message quotas" in the Developer Guide; SendMessage and
// MessageAttributeValue in the API Reference.)

import { z } from "zod";
import type { MessageAttribute } from "./envelope.ts";
import { SqsError } from "./errors.ts";

/** A message, its attributes counted in; and the messages of a batch together. */
export const MOST_BYTES = 1_048_576;

/** DelaySeconds: 15 minutes. */
export const MOST_DELAY_SECONDS = 900;

const MOST_ATTRIBUTES = 10;
const MOST_NAME_LENGTH = 256;

const ALLOWED = "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF";
const REFUSED = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export const MessageAttributeInput = z.object({
  DataType: z.string().optional(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
  StringListValues: z.array(z.unknown()).optional(),
  BinaryListValues: z.array(z.unknown()).optional(),
});

/** @throws {SqsError} If the body is empty, or has a character that XML 1.0 does not allow. */
export function checkBody(body: string): void {
  if (body === "") throw new SqsError("MissingParameter", "The request must contain the parameter MessageBody.");
  checkCharacters(body, "message body");
}

/** @throws {SqsError} If the message is larger than its queue takes. */
export function checkSize(bytes: number, mostBytes: number): void {
  if (bytes <= mostBytes) return;
  throw new SqsError(
    "InvalidParameterValue",
    `One or more parameters are invalid. Reason: Message must be shorter than ${mostBytes} bytes.`,
  );
}

/** The body in UTF-8, and of each attribute the name, the type and the value. */
export function sizeOf(body: string, attributes: readonly [string, MessageAttribute][]): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, { DataType, StringValue = "", BinaryValue = "" }] of attributes) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += Buffer.byteLength(StringValue) + Buffer.byteLength(BinaryValue, "base64");
  }
  return bytes;
}

/**
 * @returns The attributes as pairs, sorted by name.
 * @throws {SqsError} For the first that SQS would refuse.
 */
export function checkedAttributes(
  given: Record<string, z.infer<typeof MessageAttributeInput>>,
): [string, MessageAttribute][] {
  const entries = Object.entries(given);
  if (entries.length > MOST_ATTRIBUTES) {
    throw invalid(`Number of message attributes [${entries.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`);
  }
  return entries
    .map(([name, value]): [string, MessageAttribute] => [checkedName(name), checkedValue(name, value)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function checkedName(name: string): string {
  const isName = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(name) && name.length <= MOST_NAME_LENGTH;
  if (!isName || /^(aws|amazon)\./i.test(name)) {
    throw invalid(
      `Message (user) attribute name '${name}' is invalid: 1 to ${MOST_NAME_LENGTH} letters, digits, underscores, ` +
        "hyphens and single dots, no dot at either end, and neither AWS. nor Amazon. in front.",
    );
  }
  return name;
}

function checkedValue(name: string, value: z.infer<typeof MessageAttributeInput>): MessageAttribute {
  const { DataType = "", StringValue, BinaryValue, StringListValues, BinaryListValues } = value;
  if (StringListValues?.length || BinaryListValues?.length) {
    throw new SqsError(
      "UnsupportedOperation",
      `Message (user) attribute '${name}' has a list of values: no SQS takes one.`,
    );
  }
  // A type may carry a label of one's own: "Number.celsius".
  const type = /^(String|Number|Binary)(\..+)?$/.exec(DataType)?.[1];
  if (!type || DataType.length > MOST_NAME_LENGTH) {
    throw invalid(
      `The message (user) attribute '${name}' has an invalid message attribute type, the set of supported type ` +
        "prefixes is Binary, Number, and String.",
    );
  }
  if (type === "Binary") {
    if (!BinaryValue) throw isEmpty(name, DataType);
    return { DataType, BinaryValue };
  }
  if (!StringValue) throw isEmpty(name, DataType);
  checkCharacters(StringValue, `message attribute '${name}'`);
  if (type === "Number" && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(StringValue)) {
    throw invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  return { DataType, StringValue };
}

function checkCharacters(text: string, where: string): void {
  const refused = REFUSED.exec(text)?.[0].codePointAt(0)?.toString(16).toUpperCase();
  if (refused === undefined) return;
  throw new SqsError(
    "InvalidMessageContents",
    `Invalid binary character '#x${refused}' was found in the ${where}, the set of allowed characters is ${ALLOWED}.`,
  );
}

function isEmpty(name: string, dataType: string): SqsError {
  return invalid(`Message (user) attribute '${name}' must contain a non-empty value of type '${dataType}'.`);
}

function invalid(message: string): SqsError {
  return new SqsError("InvalidParameterValue", message);
}
