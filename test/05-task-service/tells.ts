// Which known mistake a finding of the schedules is the mark of.

import type { Finding } from "../support/schedules/explore.ts";
import { NOT_PENDING } from "./queue-specification.ts";

type Rule = (finding: Finding, course: string) => boolean;

/** A task waits that should run, or the other way round. */
const waits = ({ seen, expected, objection }: Finding) =>
  objection === undefined && /pending/.test(seen.shows ?? "") && /processing/.test(expected.shows ?? "");
const runs = ({ seen, expected, objection }: Finding) =>
  objection === undefined && /processing/.test(seen.shows ?? "") && !/processing/.test(expected.shows ?? "");
const isAnother = ({ seen, expected, objection }: Finding) =>
  objection === undefined && /processing/.test(seen.shows ?? "") && /processing/.test(expected.shows ?? "");

export const orderTells = told({
  "oldest-first": (finding, course) => course === "submit submit start" && isAnother(finding),
  "taken-before-a-slot-is-free": (finding, course) =>
    /^(start submit|submit start) submit submit finish$/.test(course) && isAnother(finding),
});

export const slotTells = told({
  "failed-one-keeps-its-slot": (finding) => finding.has("fail") && !finding.has("finish") && waits(finding),
  "throwing-one-keeps-its-slot": (finding) =>
    finding.has("submitThrowing") && !finding.has("fail") && !finding.has("finish") && waits(finding),
  "waits-for-the-whole-batch": (finding) => finding.has("finish") && !finding.has("fail") && waits(finding),
});

export const cancelTells = told({
  "cancels-what-runs": (finding) => finding.differs("cancel", /^cancelled$/, new RegExp(`^${NOT_PENDING}$`)),
  "cancelled-one-runs": (finding, course) => / cancel start$/.test(course) && runs(finding),
});

export const stopTells = told({
  "starts-after-stop": (finding, course) => / stop finish$/.test(course) && runs(finding),
  "stop-does-not-wait": (finding, course) => / stop$/.test(course) && finding.differs("stop", /^done$/, undefined),
  "restart-forgets-what-runs": (finding, course) => / stop start$/.test(course) && finding.objection !== undefined,
});

/** The misconception whose rule holds. Where two do, neither is sure. */
function told(rules: Record<string, Rule>): (finding: Finding) => string | undefined {
  return (finding) => {
    const course = finding.schedule.map(({ call }) => call).join(" ");
    const fitting = Object.entries(rules).filter(([, holds]) => holds(finding, course));
    return fitting.length === 1 ? fitting[0]?.[0] : undefined;
  };
}
