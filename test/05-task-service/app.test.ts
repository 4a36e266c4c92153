// The suite of task 05.7: what each route takes, and what it answers. The last checks go over real sockets.
// Open are the words of an error, what else stands beside the fields, other fields of a submission, other
// routes and methods, and limits on the length of a body.

import { describe, test } from "vitest";
import type { Task } from "#solution/05-task-service/models.ts";
import { same, type Tells } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { letSettle } from "../support/stage.ts";
import { ownErrors } from "./reference-queue.ts";
import {
  ABOUT,
  type Answer,
  type AppModule,
  answerTo,
  hasStatus,
  isError,
  isTask,
  jsonOf,
  Service,
  slowBody,
  taskIn,
} from "./service.ts";
import { overSockets } from "./sockets.ts";

const given = lesson(() => import("#lesson/05-task-service/app.ts"));
const errors = ownErrors();

const serviceOf = () => new Service(given as AppModule, errors);
const idIn = (answer: Answer): string => String((jsonOf(answer) as { id?: unknown } | null)?.id);

const isServersError = ({ status }: Answer) => status === 0 || status >= 500;
const isAccepted = ({ status }: Answer) => status === 202;

const GOOD = { task_type: "resize_image", payload: { width: 64 }, priority: 1 };
const JSON_TYPE = "application/json";

/** Ids that no task has, and that catch those who look them up or decode them carelessly. */
const STRANGE_IDS = [
  "42",
  "00000000-0000-4000-8000-000000000000",
  "__proto__",
  "constructor",
  "stream",
  "%E0%A4%A",
  "%",
];

/** The misconceptions of whoever answers something else than 404 to such an id. */
function idTells(id: string): Tells<Answer> {
  return id.startsWith("%")
    ? { "decodes-without-care": (answer) => isServersError(answer) || answer.status === 400 }
    : { "checks-the-ids-form": ({ status }) => status === 422 || status === 400 };
}

/** Bodies that are no submission, and the misconception of whoever takes them. */
const BAD_BODIES: readonly [name: string, body: unknown, misconception?: string][] = [
  ["without a task_type", { payload: {} }],
  ["with an unknown task_type", { task_type: "make_coffee" }],
  ["with the task_type constructor", { task_type: "constructor" }, "asks-a-plain-object"],
  ["with a task_type that is null", { task_type: null }],
  ["with a task_type that is an array", { task_type: ["resize_image"] }, "asks-a-plain-object"],
  ["with priority 0", { task_type: "send_email", priority: 0 }, "defaults-by-or"],
  ["with priority 4", { task_type: "send_email", priority: 4 }],
  ["with priority 1.5", { task_type: "send_email", priority: 1.5 }],
  ['with priority "1"', { task_type: "send_email", priority: "1" }, "coerces-the-priority"],
  ["with priority true", { task_type: "send_email", priority: true }, "coerces-the-priority"],
  ["with priority null", { task_type: "send_email", priority: null }],
  ["with a payload that is a string", { task_type: "send_email", payload: "to all" }],
  ["with a payload that is a number", { task_type: "send_email", payload: 7 }],
  ["with a payload that is an array", { task_type: "send_email", payload: ["to all"] }, "takes-arrays-for-objects"],
  ["with a payload that is null", { task_type: "send_email", payload: null }],
  ["of an array", [{ task_type: "send_email" }]],
  ["of a string", '"send_email"'],
  ["of null", "null", "reads-fields-of-null"],
  ["of a number", "7"],
];

/** The answer is 422 (or one of `allowed`), and the queue holds no task more than before. */
async function isRefused(
  service: Service,
  answer: Answer,
  misconception?: string,
  allowed: number | number[] = 422,
): Promise<void> {
  const { length } = service.queue.list();
  // Whoever takes a body without anything in it has looked at none.
  const trustsAll = isAccepted(answer) && isAccepted(await service.post({}));
  isError(answer, allowed, {
    "trusts-the-body": () => trustsAll,
    ...(misconception ? { [misconception]: (seen) => isAccepted(seen) || isServersError(seen) } : {}),
  });
  same(length, 0, `${answer.did}, answered ${answer.status}: how many tasks were submitted`, {}, ABOUT);
}

/** Tasks of every status, the running one last but one; its processor is busy, so the last one is pending. */
async function ofEachStatus({ queue }: Service): Promise<Task[]> {
  await queue.addFinal("completed");
  await queue.addFinal("failed");
  await queue.addFinal("cancelled");
  await queue.addRunning({ priority: 3 });
  queue.add({ task_type: "resize_image" });
  return queue.list();
}

/** `GET /tasks` has just these tasks, in this order. */
async function lists(service: Service, query: string, tasks: readonly Task[]): Promise<void> {
  const answer = await service.ask("GET", `/tasks${query}`);
  hasStatus(answer, 200);
  const list = jsonOf(answer);
  if (!Array.isArray(list)) return same<unknown>(list, tasks, answer.did, {}, ABOUT);
  const short = (task: unknown) => {
    const { task_type, status, id } = Object(task) as Partial<Task>;
    return `${task_type} ${status} ${id?.slice(0, 4)}`;
  };
  same(list.map(short), tasks.map(short), `${answer.did}: type, status and the beginning of the id of each`, {}, ABOUT);
  same<unknown>(list.map(taskIn), JSON.parse(JSON.stringify(tasks)), answer.did, {}, ABOUT);
}

describe("05.7", () => {
  test("a submitted task is answered with 202 and the task as it is on the wire", async () => {
    const service = serviceOf();
    const running = await service.queue.addRunning();
    const answer = await service.post(GOOD);
    hasStatus(answer, 202, { "created-not-accepted": ({ status }) => status === 201 || status === 200 });
    same(service.queue.list().length, 2, `${answer.did}: how many tasks the queue holds, one before`, {}, ABOUT);
    const [, task] = service.queue.list();
    isTask(answer, task);
    const { task_type, payload, priority, status } = task ?? running;
    same<unknown>(
      { task_type, payload, priority, status },
      { ...GOOD, status: "pending" },
      `${answer.did}: the task`,
      {},
      ABOUT,
    );
  });

  test("`payload` and `priority` may be left out, and are {} and 2 then", async () => {
    const service = serviceOf();
    const answer = await service.post({ task_type: "send_email" });
    hasStatus(answer, 202);
    const [task] = service.queue.list();
    same<unknown>(task?.payload, {}, `${answer.did}: the payload in the queue`, {}, ABOUT);
    same<unknown>(task?.priority, 2, `${answer.did}: the priority in the queue`, {}, ABOUT);
    const seen = taskIn(jsonOf(answer)) as Record<string, unknown>;
    same<unknown>(seen.payload, {}, `${answer.did}: the payload in the answer`, {}, ABOUT);
    same<unknown>(seen.priority, 2, `${answer.did}: the priority in the answer`, {}, ABOUT);
  });

  test("every task_type and every priority is accepted, and a payload of any depth arrives as it is", async () => {
    const service = serviceOf();
    const payload = {
      to: ["ä@example.org", "漢字@example.org"],
      nested: { list: [1, null, false, ""], zero: 0 },
      empty: {},
    };
    const submissions = [
      { task_type: "resize_image", priority: 1, payload },
      { task_type: "generate_report", priority: 2, payload },
      { task_type: "send_email", priority: 3, payload },
    ];
    for (const submission of submissions) hasStatus(await service.post(submission), 202);
    const held = service.queue.list().map(({ task_type, priority, payload }) => ({ task_type, priority, payload }));
    same<unknown>(held, submissions, "POST /tasks three times: what the queue holds", {}, ABOUT);
  });

  test("a body of JSON with a charset in its Content-Type is accepted", async () => {
    const service = serviceOf();
    const type = "application/json; charset=utf-8";
    hasStatus(await service.post(GOOD, { type, saying: `with Content-Type: ${type}` }), 202);
  });

  for (const [name, body, misconception] of BAD_BODIES) {
    test(`a submission ${name} is answered with 422, and nothing is submitted`, async () => {
      const service = serviceOf();
      await isRefused(service, await service.post(body), misconception);
    });
  }

  for (const [name, body] of [
    ["is broken off", '{"task_type":"resize_image"'],
    ["is no JSON", "task_type=resize_image"],
    ["is empty", ""],
    ["is no UTF-8", new Uint8Array([0xff, 0xfe, 0x7b])],
  ] as const) {
    test(`a body that ${name} is answered with 422, and nothing is submitted`, async () => {
      const service = serviceOf();
      const saying = `with a body that ${name}`;
      await isRefused(
        service,
        await service.ask("POST", "/tasks", { body, type: JSON_TYPE, saying }),
        "forgets-bad-json",
      );
    });
  }

  test("no body at all is answered with 422, and nothing is submitted", async () => {
    for (const type of [JSON_TYPE, undefined]) {
      const service = serviceOf();
      const saying = `without a body, ${type ? `Content-Type: ${type}` : "and without a Content-Type"}`;
      const answer = await service.ask("POST", "/tasks", { ...(type ? { type } : {}), saying });
      // Without a type it can be called an unsupported one.
      await isRefused(service, answer, "forgets-bad-json", type ? 422 : [422, 415]);
    }
  });

  for (const type of ["text/plain", "application/x-www-form-urlencoded", undefined]) {
    test(`a body is checked ${type ? `with Content-Type: ${type}` : "without a Content-Type"}, too, or refused with 415`, async () => {
      for (const body of ["{}", JSON.stringify({ task_type: "make_coffee" }), "task_type=send_email"]) {
        const service = serviceOf();
        const saying = `with Content-Type: ${type ?? "none"}, and ${body}`;
        const answer = await service.ask("POST", "/tasks", { body, ...(type ? { type } : {}), saying });
        await isRefused(service, answer, "unchecked-by-content-type", [415, 422]);
      }
      const service = serviceOf();
      await service.queue.addRunning();
      const saying = `with Content-Type: ${type ?? "none"}, and a body that is right`;
      const body = JSON.stringify(GOOD);
      const answer = await service.ask("POST", "/tasks", { body, ...(type ? { type } : {}), saying });
      hasStatus(answer, [202, 415]);
      const [, task] = service.queue.list();
      if (answer.status === 202) return isTask(answer, task);
      isError(answer, 415);
      same<unknown>(task, undefined, `${answer.did}, answered 415: what was submitted`, {}, ABOUT);
    });
  }

  test("the list is [] while there are no tasks, and has all of them, in the order of submission", async () => {
    const service = serviceOf();
    const empty = await service.ask("GET", "/tasks", { saying: "before the first task" });
    hasStatus(empty, 200);
    same<unknown>(jsonOf(empty), [], empty.did, {}, ABOUT);
    await ofEachStatus(service);
    service.queue.add({ priority: 1, task_type: "send_email" });
    await lists(service, "", service.queue.list());
  });

  test("`?status=` leaves the tasks of that status, in the order of submission", async () => {
    const service = serviceOf();
    const none = await service.ask("GET", "/tasks?status=failed", { saying: "before the first task" });
    hasStatus(none, 200);
    same<unknown>(jsonOf(none), [], none.did, {}, ABOUT);
    await ofEachStatus(service);
    service.queue.add({ priority: 1 });
    for (const status of ["pending", "processing", "completed", "failed", "cancelled"] as const) {
      await lists(service, `?status=${status}`, service.queue.list(status));
    }
  });

  for (const [status, misconception] of [
    ["done", "takes-any-status"],
    ["Pending", "takes-any-status"],
    ["constructor", "asks-a-plain-object"],
    ["__proto__", "asks-a-plain-object"],
  ] as const) {
    test(`\`?status=${status}\` is answered with 422: no status is called so`, async () => {
      const service = serviceOf();
      service.queue.add();
      const answer = await service.ask("GET", `/tasks?status=${status}`);
      isError(answer, 422, { [misconception]: ({ status }) => status === 200 });
    });
  }

  test("a task is answered with 200 and its state, however it stands", async () => {
    const service = serviceOf();
    for (const task of await ofEachStatus(service)) {
      const answer = await service.ask("GET", `/tasks/${task.id}`, { saying: `of a ${task.status} task` });
      hasStatus(answer, 200);
      isTask(answer, service.queue.get(task.id));
    }
  });

  test("a task is told as it is now: progress, result and error", async () => {
    const service = serviceOf();
    const { id } = await service.queue.addRunning();
    const looks = async (saying: string): Promise<void> => {
      const answer = await service.ask("GET", `/tasks/${id}`, { saying });
      hasStatus(answer, 200);
      isTask(answer, service.queue.get(id));
    };
    await looks("when it has begun");
    await service.queue.report(id, 40);
    await looks("after a progress of 40");
    await service.queue.complete(id, { url: "/reports/q4.pdf" });
    await looks("when it is completed");
  });

  for (const id of STRANGE_IDS) {
    test(`the unknown id ${id} is answered with 404, for GET and for DELETE`, async () => {
      const service = serviceOf();
      await service.queue.addRunning();
      for (const method of ["GET", "DELETE"]) {
        isError(await service.ask(method, `/tasks/${id}`), 404, idTells(id));
      }
    });
  }

  test("a pending task is cancelled: 200, with the cancelled task", async () => {
    const service = serviceOf();
    await service.queue.addRunning();
    const { id } = service.queue.add();
    const answer = await service.ask("DELETE", `/tasks/${id}`, { saying: "of a pending task" });
    hasStatus(answer, 200);
    same(service.queue.get(id)?.status, "cancelled", `${answer.did}: its status in the queue`, {}, ABOUT);
    isTask(answer, service.queue.get(id));
  });

  for (const status of ["processing", "completed", "failed", "cancelled"] as const) {
    test(`a ${status} task cannot be cancelled: 409, and it stays as it is`, async () => {
      const service = serviceOf();
      const { id } = await (status === "processing" ? service.queue.addRunning() : service.queue.addFinal(status));
      const before = service.queue.get(id);
      const answer = await service.ask("DELETE", `/tasks/${id}`, { saying: `of a ${status} task` });
      isError(answer, 409, { "forgets-the-conflict": ({ status }) => status !== 200 });
      same<unknown>(service.queue.get(id), before, `${answer.did}: the task afterwards`, {}, ABOUT);
    });
  }

  test("what is submitted by HTTP can be asked for, listed and cancelled by HTTP", async () => {
    const service = serviceOf();
    await service.queue.addRunning();
    const first = idIn(await service.post({ task_type: "send_email" }));
    const second = idIn(await service.post({ task_type: "resize_image" }));
    isTask(await service.ask("GET", `/tasks/${second}`), service.queue.get(second));
    hasStatus(await service.ask("DELETE", `/tasks/${first}`), 200);
    await lists(service, "?status=pending", service.queue.list("pending"));
    isError(await service.ask("DELETE", `/tasks/${first}`, { saying: "a second time" }), 409);
  });

  test("a body that arrives slowly holds up no other request", async () => {
    const service = serviceOf();
    const running = await service.queue.addRunning();
    const { body, send, end } = slowBody();
    const asking = service.send("POST", "/tasks", { body, type: JSON_TYPE, saying: "with a body in two parts" });
    const text = JSON.stringify(GOOD);
    send(text.slice(0, 20));
    await letSettle();
    const meanwhile = await service.ask("GET", "/tasks", { saying: "while the body of a submission arrives" });
    hasStatus(meanwhile, 200);
    same((jsonOf(meanwhile) as unknown[]).length, 1, `${meanwhile.did}: how many tasks it has, one before`, {}, ABOUT);
    send(text.slice(20));
    end();
    const answer = await answerTo(asking);
    hasStatus(answer, 202);
    isTask(
      answer,
      service.queue.list().find(({ id }) => id !== running.id),
    );
  });

  test("over a real server: tasks are submitted, listed and cancelled, and errors are JSON", async () => {
    await overSockets(serviceOf(), async (server) => {
      const created = await server.ask("POST", "/tasks", { body: JSON.stringify(GOOD), type: JSON_TYPE });
      hasStatus(created, 202);
      const id = idIn(created);
      same<unknown>(server.queue.list().length, 1, `${created.did}: how many tasks the queue holds`, {}, ABOUT);
      const list = await server.ask("GET", "/tasks");
      hasStatus(list, 200);
      same((jsonOf(list) as unknown[]).length, 1, `${list.did}: how many tasks it has`, {}, ABOUT);
      isError(await server.ask("DELETE", `/tasks/${id}`, { saying: "of a running task" }), 409);
      isError(await server.ask("POST", "/tasks", { body: "{oops", type: JSON_TYPE, saying: "with {oops" }), 422, {
        "forgets-bad-json": isServersError,
      });
    });
  });

  test("over a real server: an id is taken as the client has written it", async () => {
    await overSockets(serviceOf(), async (server) => {
      for (const id of STRANGE_IDS) {
        isError(await server.ask("GET", `/tasks/${id}`), 404, idTells(id));
      }
    });
  });

  test("over a real server: a body that never ends holds up nobody, and is nothing once its client is gone", async () => {
    await overSockets(serviceOf(), async (server) => {
      const did = "POST /tasks with a body that never ends";
      const endless = server.sendRaw(
        `POST /tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      const beginning = '{"task_type":"resize_image","payload":{"width":';
      endless.write(`${beginning.length.toString(16)}\r\n${beginning}\r\n`);
      await server.comes(`the request ${did} at fetch`, () => server.answering === 1);
      hasStatus(await server.ask("GET", "/tasks", { saying: "while a body that never ends arrives" }), 200);
      endless.destroy();
      await server.comes(`the end of ${did}, when its client is gone,`, () => server.answering === 0, { about: ABOUT });
      same(server.queue.list().length, 0, `${did}: how many tasks were submitted`, { "trusts-the-body": 1 }, ABOUT);
      hasStatus(await server.ask("GET", "/tasks", { saying: "afterwards" }), 200);
    });
  });
});
