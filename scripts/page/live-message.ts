// What a page is sent when something happened: HTML that is made already, and the few facts beside it.

import type { Lesson } from "../lessons/catalog.ts";
import { announcement, verdictHtml } from "../presenting/page/verdict.ts";
import { keptAside } from "./kept-aside.ts";
import type { LiveEvent } from "./live-lesson.ts";

export interface LiveMessage {
  name: LiveEvent["kind"];
  data: object;
}

export function liveMessage(lesson: Lesson, event: LiveEvent): LiveMessage {
  switch (event.kind) {
    case "saved":
      return { name: event.kind, data: { slug: lesson.slug } };
    case "checking": {
      const { done, of, failed, statuses } = event.soFar;
      const first = failed && { task: failed.task, name: failed.check.name, message: failed.check.message ?? "" };
      return { name: event.kind, data: { done, of, failed: first, statuses } };
    }
    case "hinted":
      return { name: event.kind, data: { task: event.task, number: event.number } };
    case "trouble":
      return { name: event.kind, data: { sentence: event.sentence } };
    case "verdict": {
      const { report, progress } = event.view;
      const statuses = Object.fromEntries(report.tasks.map(({ id, status }) => [id, status]));
      return {
        name: event.kind,
        data: {
          html: verdictHtml(event.view).toString(),
          statuses,
          verdict: report.verdict,
          progress,
          summary: announcement(report),
          isNews: event.isNews,
          kept: keptAside(lesson),
        },
      };
    }
  }
}
