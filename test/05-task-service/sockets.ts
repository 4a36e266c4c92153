// The learner's service behind a real server, and real clients of it: HTTP, raw sockets, EventSource.
// All of it lives within the check's own process, and whatever the check comes to, all of it is closed.

import { request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import { serve } from "@hono/node-server";
import { EventSource } from "eventsource";
import type { FailureDetails } from "../support/failure.ts";
import { happensForReal, isTrueForReal } from "../support/real-events.ts";
import { note, silentCall } from "../support/stage.ts";
import { stateInData } from "./event-stream.ts";
import type { ReferenceQueue } from "./reference-queue.ts";
import { ABOUT, type Answer, type Asking, type Service } from "./service.ts";

const HOST = "127.0.0.1";
const MOST_PAUSES_AT_THE_END = 100;

/** Serves `service` while `check` lasts. */
export async function overSockets(service: Service, check: (server: LiveServer) => Promise<void>): Promise<void> {
  const server = new LiveServer(service);
  try {
    await server.listens();
    await check(server);
  } finally {
    await server.close();
  }
}

export class LiveServer {
  readonly queue: ReferenceQueue;
  /** Requests for which `fetch` has been called, and has not yet given its response. */
  answering = 0;
  #port = 0;
  readonly #server: Server;
  /** How to get rid of each client. */
  readonly #clients: (() => void)[] = [];

  constructor(service: Service) {
    this.queue = service.queue;
    const fetch = (request: Request): Promise<Response> => {
      const answer = this.#counted(service, request);
      // So that a part that is not written yet counts as such, and not as an error of the server.
      silentCall(ABOUT, () => answer);
      return answer;
    };
    const options = { fetch, hostname: HOST, port: 0, overrideGlobalObjects: false };
    this.#server = serve(options, ({ port }) => {
      this.#port = port;
    }) as Server;
  }

  async #counted(service: Service, request: Request): Promise<Response> {
    this.answering += 1;
    try {
      return await service.app.fetch(ofNodesOwn(request));
    } finally {
      this.answering -= 1;
    }
  }

  async listens(): Promise<void> {
    await this.comes("the server's own beginning", () => this.#port !== 0);
  }

  /** Waits until `isTrue`, in real time. */
  async comes(what: string, isTrue: () => boolean, details: FailureDetails = {}): Promise<void> {
    await happensForReal(what, isTrue, { about: ABOUT, ...details });
  }

  /** A request by Node's own client, which sends the path as it is written here. */
  async ask(method: string, path: string, { body, type, saying }: Asking = {}): Promise<Answer> {
    const did = `${method} ${path}${saying ? ` ${saying}` : ""}, over a real server`;
    note(`${method} ${path}`, "asked");
    let answer: Answer | undefined;
    let broken: unknown;
    const headers = type === undefined ? {} : { "Content-Type": type };
    const asked = httpRequest({ host: HOST, port: this.#port, method, path, headers, agent: false });
    asked.on("response", (response) => {
      void textOf(response).then((text) => {
        const type = new Headers(response.headers as Record<string, string>).get("Content-Type") ?? "";
        answer = { did, status: response.statusCode ?? 0, rejection: undefined, type, text };
      });
    });
    asked.on("error", (error) => {
      broken = error;
    });
    this.#clients.push(() => asked.destroy());
    asked.end(body);
    await this.comes(`the answer to ${did}`, () => answer !== undefined || broken !== undefined);
    note(`${method} ${path}`, answer ? `answered ${answer.status}` : "the connection breaks");
    return answer ?? { did, status: 0, rejection: broken, type: "", text: "" };
  }

  /** A client that sends `text`, and then does what the check does with its socket. */
  sendRaw(text: string): Socket {
    const socket = connect(this.#port, HOST);
    // That it breaks is the point of such a client.
    socket.on("error", () => {});
    socket.resume();
    socket.write(text);
    this.#clients.push(() => socket.destroy());
    return socket;
  }

  /** A client that follows a stream, and stays away once it has ended. */
  follow(path: string): Follower {
    const follower = new Follower(`http://${HOST}:${this.#port}${path}`);
    this.#clients.push(() => follower.close());
    return follower;
  }

  /** Connections that are open. */
  async connections(): Promise<number> {
    let open: number | undefined;
    this.#server.getConnections((_error, count) => {
      open = count;
    });
    await this.comes("the number of connections", () => open !== undefined);
    return open ?? 0;
  }

  async close(): Promise<void> {
    for (const leave of this.#clients) leave();
    let isClosed = false;
    this.#server.close(() => {
      isClosed = true;
    });
    this.#server.closeAllConnections();
    await isTrueForReal(() => isClosed, MOST_PAUSES_AT_THE_END);
  }
}

/** The adapter's requests are its own, and Node makes no copies of them: an app may want to. */
function ofNodesOwn({ url, method, headers, body, signal }: Request): Request {
  return new Request(url, { method, headers, signal, ...(body ? { body, duplex: "half" } : {}) } as RequestInit);
}

/** What an `EventSource` is told, whatever the events are called. */
export class Follower extends EventSource {
  readonly states: string[] = [];
  /** The stream has ended, or was refused. */
  isOver = false;
  /** Why it was refused: `EventSource`'s own words. */
  problem: string | undefined;

  override dispatchEvent(event: Event): boolean {
    if (event instanceof MessageEvent) {
      this.states.push(stateInData(String(event.data)));
    } else if (event.type === "error") {
      this.isOver = true;
      this.problem = (event as { message?: string }).message;
      // It would come back after a while, as a browser does.
      this.close();
    }
    return true;
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch {
    // Broken off: what has come so far is what there is.
  }
  return Buffer.concat(chunks).toString("utf8");
}
