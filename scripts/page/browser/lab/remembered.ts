// What the learner has done in this lab, kept by the browser. Where it keeps nothing, the page keeps it
// until it is closed.

export interface Done {
  /** The option bet on, by the bet's id. */
  readonly bets: Readonly<Record<string, number>>;
  /** The ids of the to-dos that have happened. */
  readonly todos: readonly string[];
}

export interface Memory {
  readonly done: Done;
  keepBet(id: string, option: number): void;
  keepTodo(id: string): void;
}

/** What is remembered of the lab of the lesson `slug`. */
export function remembered(slug: string): Memory {
  const key = `workbook:lab:${slug}`;
  let done = read(key);
  const keep = (next: Done) => {
    done = next;
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // Storage is full or switched off: `done` still has it.
    }
  };
  return {
    get done() {
      return done;
    },
    keepBet: (id, option) => keep({ ...done, bets: { ...done.bets, [id]: option } }),
    keepTodo: (id) => keep({ ...done, todos: [...new Set([...done.todos, id])] }),
  };
}

function read(key: string): Done {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    const { bets, todos } = found as Partial<Done>;
    return { bets: { ...bets }, todos: Array.isArray(todos) ? todos : [] };
  } catch {
    return { bets: {}, todos: [] };
  }
}
