// Which known mistake a finding of the schedules is the mark of. Each rule looks at the shortest
// schedule that fails: what was seen, and what comes nearest of what is allowed. A rule asks for the
// whole course of calls, because a mistake that is told by a wrong name is worse than one that has none.

import type { Finding } from "../support/schedules/explore.ts";

/** A finding as the rules ask about it. */
interface Sign {
  readonly finding: Finding;
  /** "publish receive clock+ack": the calls, with a plus where two share a turn. Every kind of receive is "receive". */
  readonly course: string;
  /** What was seen of a receive, and of its end as it should be; undefined: it waits. */
  receives(seen: RegExp | undefined, expected: RegExp | undefined): boolean;
  /** "2 for 1": what requeueExpired returned, and what it should have. */
  readonly requeued: string;
  /** "waiting 1, in flight 0 for waiting 0, in flight 1"; "" where the counts are right. */
  readonly shows: string;
}

type Rule = (sign: Sign) => boolean;

const FRESH = /^'.'$/;
const AGAIN = /, delivery \d+$/;
/** One message is delivered, two receivers wait, and it comes back. */
const TWO_WAIT_FOR_ONE = /^publish receive receive receive ((clock )+requeueExpired|release)$/;
const UNKNOWN = /UnknownReceiptError$/;

const ofReceive: Record<string, Rule> = {
  "receipt-is-message-id": ({ finding }) => /a receipt of its own/.test(finding.objection ?? ""),

  "newest-first": ({ course, receives }) => course === "publish publish receive" && receives(FRESH, FRESH),

  "goes-to-every-receiver": ({ finding, course, receives }) =>
    (course === "receive receive publish" && receives(FRESH, undefined) && finding.seen.outcomes[0] !== undefined) ||
    (TWO_WAIT_FOR_ONE.test(course) && receives(AGAIN, undefined) && !receives(undefined, AGAIN)),

  "last-come-first-served": ({ finding, course, receives }) =>
    (course === "receive receive publish" && receives(FRESH, undefined) && finding.seen.outcomes[0] === undefined) ||
    (TWO_WAIT_FOR_ONE.test(course) && receives(AGAIN, undefined) && receives(undefined, AGAIN)),

  "newcomer-overtakes": ({ course, receives }) =>
    course === "receive publish+receive" && receives(FRESH, undefined) && receives(undefined, FRESH),

  "misses-a-wake-up": ({ course, receives, shows }) =>
    /(^| )receive\+(publish|requeueExpired|release)$/.test(course) &&
    receives(undefined, /^'/) &&
    !receives(/./, undefined) &&
    shows.startsWith("waiting 1"),

  "timed-out-receiver-takes-it": ({ course, shows }) =>
    /^(publish receive receive (clock )+requeueExpired|receive (clock )+publish)$/.test(course) &&
    shows === "waiting 0, in flight 1 for waiting 1, in flight 0",

  "aborted-receiver-takes-it": ({ course, shows }) =>
    course === "receive abort publish" && shows === "waiting 0, in flight 1 for waiting 1, in flight 0",

  "leaves-the-line-too-late": ({ course, shows }) =>
    course === "receive abort+publish" && shows === "waiting 0, in flight 1 for waiting 1, in flight 0",

  "rejects-with-its-own-error": ({ course, receives }) =>
    course === "receive abort" && receives(/^✗ (?!aborted$)/, /^✗ aborted$/),

  "comes-back-by-itself": ({ course, shows }) =>
    /^publish receive (clock ?)+$/.test(course) && shows === "waiting 1, in flight 0 for waiting 0, in flight 1",

  "receive-requeues": ({ course, receives }) =>
    /^publish receive (clock )+receive$/.test(course) && (receives(AGAIN, undefined) || receives(AGAIN, /^null$/)),
};

const ofAck: Record<string, Rule> = {
  "unknown-receipt-is-ignored": ({ finding, course, shows }) =>
    / ack$/.test(course) && finding.differs("ack", /^done$/, UNKNOWN) && shows === "",

  "old-receipt-still-counts": ({ finding, course, shows }) =>
    /(requeueExpired|release)( receive)? ack$/.test(course) &&
    finding.differs("ack", /^done$/, UNKNOWN) &&
    shows !== "",

  "expired-cannot-be-acked": ({ finding, course, shows }) =>
    /^publish receive (clock )+ack$/.test(course) &&
    finding.differs("ack", UNKNOWN, /^done$/) &&
    shows === "waiting 0, in flight 1 for waiting 0, in flight 0",

  "acked-message-comes-back": ({ finding, course, requeued }) =>
    /^publish receive ((clock )+ack|ack (clock )+|(clock )+ack (clock )+) ?requeueExpired$/.test(course) &&
    (requeued === "1 for 0" || /expected waiting \+ in flight to be 0 .* got 1 \+ 0$/.test(finding.objection ?? "")),
};

const ofRequeue: Record<string, Rule> = {
  "requeued-to-the-back": ({ course, receives }) =>
    /^publish publish receive (clock )+requeueExpired receive$/.test(course) && receives(FRESH, AGAIN),

  "requeued-in-reverse": ({ finding, course, receives }) =>
    /^publish publish receive receive (receive )?(clock )+requeueExpired( receive)?$/.test(course) &&
    receives(AGAIN, AGAIN) &&
    finding.seen.shows === finding.expected.shows,

  "behind-earlier-returns": ({ finding, course, receives }) =>
    /requeueExpired (clock )*requeueExpired receive$/.test(course) &&
    count(course, "requeueExpired") === 2 &&
    !finding.has("release") &&
    receives(AGAIN, AGAIN),

  "requeue-wakes-nobody": ({ course, receives, shows }) =>
    /^publish receive receive (clock )+requeueExpired$/.test(course) &&
    receives(undefined, AGAIN) &&
    shows === "waiting 1, in flight 0 for waiting 0, in flight 1",

  "requeue-wakes-one": ({ finding, course, receives, shows }) =>
    /^publish publish receive receive receive receive (clock )+requeueExpired$/.test(course) &&
    receives(undefined, AGAIN) &&
    Object.values(finding.seen.outcomes).some((outcome) => AGAIN.test(outcome)) &&
    shows === "waiting 1, in flight 1 for waiting 0, in flight 2",

  "counts-no-redelivery": ({ course, receives }) =>
    /^publish receive (receive )?(clock )+requeueExpired( receive)?$/.test(course) &&
    receives(/^'a'$/, /^'a', delivery 2$/),

  "counts-from-publish": ({ course, requeued }) =>
    /^publish (clock )+receive requeueExpired$/.test(course) && requeued === "1 for 0",

  "younger-ones-come-back-too": ({ course, requeued, shows }) =>
    /^publish publish receive ((clock )+receive|receive extend clock) requeueExpired$/.test(course) &&
    requeued === "2 for 1" &&
    shows === "waiting 2, in flight 0 for waiting 1, in flight 1",
};

const ofRelease: Record<string, Rule> = {
  "released-to-the-back": ({ course, receives }) =>
    course === "publish publish receive release receive" && receives(FRESH, AGAIN),

  "release-wakes-nobody": ({ course, receives, shows }) =>
    course === "publish receive receive release" &&
    receives(undefined, AGAIN) &&
    shows === "waiting 1, in flight 0 for waiting 0, in flight 1",

  "release-counts-no-delivery": ({ course, receives }) =>
    /^publish receive (receive release|release receive)$/.test(course) && receives(/^'a'$/, /^'a', delivery 2$/),
};

const ofExtend: Record<string, Rule> = {
  // 25 ms, and 55 from the delivery: by then 60 are over.
  "extend-adds-to-the-rest": ({ finding, course, requeued }) =>
    course === "publish receive extend clock clock requeueExpired" &&
    requeued === "0 for 1" &&
    finding.schedule.some(({ call, n }) => call === "extend" && n === 55),

  "extend-never-shortens": ({ course, requeued }) =>
    course === "publish receive extend extend clock requeueExpired" && requeued === "0 for 1",

  "extend-loses-its-place": ({ course, receives }) =>
    /^publish publish receive receive (clock )*extend (clock )+(receive requeueExpired|requeueExpired receive)$/.test(
      course,
    ) && receives(AGAIN, AGAIN),

  "stops-at-the-first-that-is-not-due": ({ finding, course, requeued }) =>
    /^publish publish receive receive (clock )*extend (clock )*requeueExpired$/.test(course) &&
    requeued === "0 for 1" &&
    finding.schedule.find(({ call }) => call === "extend")?.of === 2,
};

const ofDead: Record<string, Rule> = {
  "dead-one-early": ({ course, shows }) =>
    /^publish receive (release|(clock )+requeueExpired)$/.test(course) &&
    shows === "waiting 0, in flight 0, dead 1 for waiting 1, in flight 0",
};

export const receiveTells = told(ofReceive);
export const ackTells = told(ofReceive, ofAck);
export const requeueTells = told(ofReceive, ofRequeue);
export const competeTells = told(ofReceive, ofAck, ofRequeue);
export const extendTells = told(ofReceive, ofRequeue, ofRelease, ofExtend);
export const deadLetterTells = told(ofReceive, ofAck, ofRequeue, ofRelease, ofDead);

/** The misconception whose rule holds. Where two do, neither is sure. */
function told(...groups: Record<string, Rule>[]): (finding: Finding) => string | undefined {
  const rules = groups.flatMap((group) => Object.entries(group));
  return (finding) => {
    const sign = signOf(finding);
    const fitting = rules.filter(([, holds]) => holds(sign));
    return fitting.length === 1 ? fitting[0]?.[0] : undefined;
  };
}

function signOf(finding: Finding): Sign {
  const { schedule, seen, expected, objection } = finding;
  const last = schedule.length - 1;
  return {
    finding,
    course: schedule
      .map(
        ({ call, sameTurn }, at) =>
          `${at === 0 ? "" : sameTurn ? "+" : " "}${call === "receiveNow" ? "receive" : call}`,
      )
      .join(""),
    receives: (was, should) =>
      objection === undefined &&
      (finding.differs("receive", was, should) || finding.differs("receiveNow", was, should)),
    requeued: `${seen.outcomes[last]} for ${expected.outcomes[last]}`,
    shows: objection === undefined && seen.shows !== expected.shows ? `${seen.shows} for ${expected.shows}` : "",
  };
}

function count(text: string, word: string): number {
  return text.split(word).length - 1;
}
