// A right answer: no framework. A table of handlers by method and path, a page of its own that fetches the
// description, and errors in plain text.
// Stands for: message-service.ts

import { type MessageAttributeValue, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

export interface MessageServiceOptions {
  sqs: SQSClient;
  queueUrl: string;
}

type Handler = (request: Request) => Response | Promise<Response>;

class Invalid extends Error {}

const PAGE = `<!doctype html><title>Message service</title><pre id="description"></pre><script src="/docs.js"></script>`;
const SCRIPT = `fetch("/openapi.json").then((it) => it.text()).then((text) => { description.textContent = text; });`;

export function createMessageService({ sqs, queueUrl }: MessageServiceOptions): { fetch: Handler } {
  const routes: Record<string, Handler> = {
    "POST /messages": async (request) => {
      const { body, attributes } = await messageIn(request);
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, MessageAttributes: attributes });
      const sent = await sqs.send(command).catch(() => undefined);
      if (!sent) return new Response("Try again later", { status: 503, headers: { "Retry-After": "10" } });
      return Response.json({ id: sent.MessageId, queued: true }, { status: 202 });
    },
    "GET /health": () => Response.json({ status: "ok" }),
    "GET /openapi.json": () => Response.json(description()),
    "GET /docs": () => new Response(PAGE, { headers: { "Content-Type": "text/html; charset=utf-8" } }),
    "GET /docs.js": () => new Response(SCRIPT, { headers: { "Content-Type": "text/javascript" } }),
  };

  return {
    fetch: async (request) => {
      const route = routes[`${request.method} ${new URL(request.url).pathname}`];
      if (!route) return new Response("Not found", { status: 404 });
      try {
        return await route(request);
      } catch (error) {
        if (error instanceof Invalid) return new Response(error.message, { status: 422 });
        return new Response("Something is wrong here", { status: 500 });
      }
    },
  };
}

async function messageIn(
  request: Request,
): Promise<{ body: string; attributes: Record<string, MessageAttributeValue> }> {
  if (!/^application\/json\b/i.test(request.headers.get("Content-Type") ?? "")) {
    // Nothing else is read, so nothing else goes unchecked.
    throw new Invalid("Expected Content-Type: application/json");
  }
  const message: unknown = await request.json().catch(() => {
    throw new Invalid("Expected JSON");
  });
  const { body, attributes: given = {} } = Object(message) as { body?: unknown; attributes?: unknown };
  if (Array.isArray(message)) throw new Invalid("Expected an object");
  let bytes = checked(body);
  if (Object.prototype.toString.call(given) !== "[object Object]") throw new Invalid("Expected attributes by name");
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [name, value] of Object.entries(given as object)) {
    if (!/^[\w.-]{1,256}$/.test(name)) throw new Invalid("Expected a name of letters, digits, _, - and .");
    bytes += checked(name) + checked(value);
    attributes[name] = { DataType: "String", StringValue: String(value) };
  }
  if (Object.keys(attributes).length > 10) throw new Invalid("Expected 10 attributes at most");
  // What SQS counts of the types too.
  bytes += 6 * Object.keys(attributes).length;
  if (bytes > 1024 * 1024) throw new Invalid("Expected 1 MiB at most");
  return { body: String(body), attributes };
}

/** The size of a text that SQS takes. */
function checked(text: unknown): number {
  if (typeof text !== "string" || text.length === 0) throw new Invalid("Expected a text");
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d;
    const isHalf = code >= 0xd800 && code <= 0xdfff;
    if (isControl || isHalf || code === 0xfffe || code === 0xffff) throw new Invalid("Expected other characters");
  }
  return new TextEncoder().encode(text).length;
}

function description(): object {
  const answers = (...statuses: number[]) => ({
    responses: Object.fromEntries(statuses.map((status) => [status, { description: `${status}` }])),
  });
  return {
    openapi: "3.0.3",
    info: { title: "Messages", version: "1" },
    paths: { "/messages": { post: answers(202, 422, 503) }, "/health": { get: answers(200) } },
  };
}
