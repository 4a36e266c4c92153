// Which style sheets a page is made of, in the order in which they count. Each lies in a small file, so
// that one is found where its part of the page is looked for.

const EVERY_PAGE = ["every/colours", "every/elements", "every/frame"];

const OF_A_PAGE = {
  home: ["home/welcome", "home/lessons"],
  lesson: [
    ...["prose/text", "prose/figures", "lesson"],
    ...["work/verdict", "work/tasks", "work/failure", "work/schedule-picture", "work/schedule-player"],
    ...["work/timeline", "work/after"],
  ],
  lab: [
    ...["lab/page", "lab/stage", "lab/scene", "lab/chips", "lab/queue", "lab/people", "lab/exits", "lab/wide-scene"],
    ...["lab/player", "lab/settings", "lab/figures", "lab/bets", "lab/wide-page"],
  ],
  compare: ["compare"],
};

export type Kind = keyof typeof OF_A_PAGE;

/** Their names below `styles/`: "lab/chips". */
export function sheetsOf(page: Kind): string[] {
  return [...EVERY_PAGE, ...OF_A_PAGE[page]];
}
