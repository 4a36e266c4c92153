// Run it: npm run play 04
//
// A print shop for ten seconds: two good printers, one that crashes, one too slow, a monitor that takes orders back.

import { setTimeout as sleep } from "node:timers/promises";
import { type Message, UnknownReceiptError, VisibilityQueue } from "./visibility-queue.ts";

const queue = new VisibilityQueue({ visibilityTimeoutMs: 3000 });
const startedMs = performance.now();
let acked = 0;

const say = (who: string, what: string) => {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${seconds.padStart(4)} s  ${who.padEnd(9)}${what}`);
};

async function receive(who: string): Promise<Message | null> {
  const message = await queue.receive({ timeoutMs: 4000 });
  if (message) say(who, `got "${message.body}", delivery ${message.receiveCount}, ${message.receipt}`);
  return message;
}

function ack(who: string, message: Message): void {
  try {
    queue.ack(message.receipt);
    acked += 1;
    say(who, `acked "${message.body}", ${message.receipt}`);
  } catch (error) {
    if (!(error instanceof UnknownReceiptError)) throw error;
    say(who, `too late: "${message.body}" is no longer mine, ${message.receipt}`);
  }
}

/** Works until nothing has come for 4 s, and never past closing time. */
async function good(who: string, workMs: number): Promise<void> {
  while (performance.now() - startedMs < 12_000) {
    const message = await receive(who);
    if (!message) return say(who, "nothing came, going home");
    await sleep(workMs);
    ack(who, message);
  }
  say(who, "closing time");
}

/** Dies at work: no ack, and nobody says so. */
async function crashing(who: string): Promise<void> {
  await receive(who);
  await sleep(500);
  say(who, "CRASH");
}

/** Takes longer than the visibility timeout, and believes all the same that it is done. */
async function slow(who: string): Promise<void> {
  const message = await receive(who);
  await sleep(5000);
  if (message) ack(who, message);
}

/** Somebody has to look: the queue takes nothing back by itself. */
async function monitor(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await sleep(2000);
    say("monitor", `${queue.requeueExpired()} taken back, ${queue.waiting} wait, ${queue.inFlight} in flight`);
  }
}

const orders = ["200 posters", "50 menus", "1 thesis", "300 flyers", "20 badges"];
for (const order of orders) queue.publish(order);
say("shop", `published ${orders.length} orders`);

const printers = [good("Ada", 1000), crashing("Bob"), slow("Cleo"), good("Dan", 1200)];
await Promise.all([...printers, monitor()]);
say("shop", `${orders.length} published = ${queue.waiting} wait + ${queue.inFlight} in flight + ${acked} acked`);
