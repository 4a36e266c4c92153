// What goes over the wire, as zod schemas, with the rules that SQS has for a message: what passes
// here, SQS takes. A schema and the type of what it lets through share a name.

import { z } from "@hono/zod-openapi";

/** The size of a message in UTF-8, with its attributes: their names, types and values. */
export const MAX_MESSAGE_BYTES = 1_048_576;

export const MAX_ATTRIBUTES = 10;

/** All attributes are sent with this type, and SQS counts it into the size. */
export const ATTRIBUTE_TYPE = "String";

/** One that SQS refuses: a control character, U+FFFE, U+FFFF, or half of a surrogate pair. */
const REFUSED_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

const Text = z
  .string()
  .min(1, "Expected at least one character")
  .refine((text) => !REFUSED_CHARACTER.test(text), "Expected no character that SQS refuses, such as U+0000");

const AttributeName = z
  .string()
  .regex(/^[\w.-]{1,256}$/, "Expected a name of 1 to 256 letters, digits, `_`, `-` and `.`")
  .refine((name) => !/^\.|\.\.|\.$/.test(name), "Expected a name without a period at its start or end, or two in a row")
  .refine((name) => !/^(aws|amazon)\./i.test(name), "Expected a name that does not begin with `AWS.` or `Amazon.`");

/** Not a `z.record`: that would drop an attribute with the name `__proto__`, which SQS takes, and say nothing. */
const Attributes = z
  .custom<Record<string, string>>()
  .superRefine((attributes, context) => {
    const refuse = (message: string, path: string[] = []) =>
      context.addIssue({ code: "custom", path, message, continue: false });
    if (typeof attributes !== "object" || attributes === null || Array.isArray(attributes)) {
      return refuse("Expected an object");
    }
    const entries = Object.entries(attributes);
    if (entries.length > MAX_ATTRIBUTES) return refuse(`Expected at most ${MAX_ATTRIBUTES}, got ${entries.length}`);
    for (const [name, value] of entries) {
      for (const { message } of AttributeName.safeParse(name).error?.issues ?? [])
        refuse(message, [name.slice(0, 256)]);
      for (const { message } of Text.safeParse(value).error?.issues ?? []) refuse(message, [name.slice(0, 256)]);
    }
  })
  .openapi({ type: "object", additionalProperties: { type: "string", minLength: 1 }, maxProperties: MAX_ATTRIBUTES });

/** What a client submits. Fields that are not named here are dropped. */
export const MessageSubmission = z
  .object({
    body: Text.openapi({ example: "Resize photo 1207" }),
    attributes: Attributes.optional().openapi({ example: { shop: "Lisbon" } }),
  })
  .refine((message) => byteSize(message) <= MAX_MESSAGE_BYTES, {
    message: `Expected at most ${MAX_MESSAGE_BYTES} bytes in UTF-8, attributes counted in`,
  })
  .openapi("MessageSubmission");
export type MessageSubmission = z.infer<typeof MessageSubmission>;

/** A message that SQS has, under the id that SQS gave it. */
export const AcceptedMessage = z.object({ id: z.string() }).openapi("AcceptedMessage");
export type AcceptedMessage = z.infer<typeof AcceptedMessage>;

function byteSize({ body, attributes = {} }: { body: string; attributes?: Record<string, string> }): number {
  const texts = Object.entries(attributes).flatMap(([name, value]) => [name, ATTRIBUTE_TYPE, value]);
  return [body, ...texts].reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);
}
