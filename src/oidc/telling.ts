// What one node tells modules at a time: no module makes another wait, and one that does not answer is left alone for a while.
import type { Outcome, Taken } from './farewells.ts';

export interface Telling {
  /** How much more news of a module there is room for. */
  roomFor(client: string, at: number): number;
  /** Begins to tell news of a module, or has it wait for its turn. */
  begin(client: string, news: readonly Taken[]): void;
  /** What came of news so far; who keeps that takes it out. */
  readonly outcomes: Outcome[];
  /** Waits a little for what is under way; all that was not told is then among the outcomes. */
  close(): Promise<void>;
}

/** How many modules are called at once, and how often the same one: one that hangs leaves room for the others. */
const AT_ONCE = 60;
const AT_ONCE_EACH = 16;

/** How much news of one module is in hand: the rest waits in the database, for every node. */
const IN_HAND = 96;

/** A module that did not take what it was told is left alone, twice as long each time; then it is called once. Milliseconds. */
const REST = { first: 1_000, longest: 60_000 };

/** News that was not taken waits as long again as it has waited so far, within these; milliseconds. */
const AGAIN = { soonest: 2_000, latest: 15 * 60_000 };

/** How long closing waits for what is under way, milliseconds. */
const LEAVE_WITHIN = 1_500;

/** What is in hand for one module. */
interface Line {
  readonly ready: Taken[];
  running: number;
  /** How often in a row it did not take what it was told, and until when it is left alone. */
  failures: number;
  restsUntil: number;
}

/** `tell` tells one of them and throws when it was not taken; `onEmpty` hears when there is room again. */
export function openTelling({
  tell,
  onEmpty,
  clock,
}: {
  tell: (news: Taken) => Promise<void>;
  onEmpty: () => void;
  clock: () => number;
}): Telling {
  const lines = new Map<string, Line>();
  const running = new Map<Taken, Promise<void>>();
  const outcomes: Outcome[] = [];

  const lineOf = (client: string): Line => {
    const line = lines.get(client) ?? { ready: [], running: 0, failures: 0, restsUntil: 0 };
    lines.set(client, line);
    return line;
  };
  const tellOne = async (line: Line, news: Taken): Promise<void> => {
    try {
      await tell(news);
      line.failures = 0;
      line.restsUntil = 0;
      outcomes.push({ news });
    } catch {
      outcomes.push(...putOff(line, news, clock())); // it is told again, and given up in the end
    }
    line.running -= 1;
    running.delete(news);
    next();
    if (line.ready.length === 0) onEmpty();
  };
  const next = (): void => {
    for (const [client, line] of lines) {
      if (running.size >= AT_ONCE) return;
      const news = line.running < AT_ONCE_EACH ? line.ready.shift() : undefined;
      if (!news) continue;
      lines.delete(client); // whoever is served goes to the end of the line, where this loop finds it again
      lines.set(client, line);
      line.running += 1;
      running.set(
        news,
        Promise.resolve().then(() => tellOne(line, news)),
      );
    }
  };
  return {
    outcomes,
    roomFor: (client, at) => {
      const { ready, running: under, failures, restsUntil } = lineOf(client);
      if (at < restsUntil) return 0;
      return (failures > 0 ? 1 : IN_HAND) - ready.length - under;
    },
    begin: (client, news) => {
      lineOf(client).ready.push(...news);
      next();
    },
    close: async () => {
      await atMost(LEAVE_WITHIN, async () => {
        while (running.size > 0) await Promise.race(running.values());
      });
      const untold = [...running.keys(), ...[...lines.values()].flatMap(({ ready }) => ready.splice(0))];
      outcomes.push(...untold.map((news) => ({ news, dueAt: 0 })));
    },
  };
}

/**
 * News that a module did not take waits, and the module is left alone: what else was in hand for it is whoever's comes next.
 * Those that were called before it began to fail make the rest no longer.
 */
function putOff(line: Line, news: Taken, at: number): Outcome[] {
  if (at >= line.restsUntil) {
    line.restsUntil = at + Math.min(REST.longest, REST.first * 2 ** line.failures);
    line.failures += 1;
  }
  const wait = Math.max(AGAIN.soonest, Math.min(AGAIN.latest, at - news.said_at));
  return [{ news, dueAt: at + wait }, ...line.ready.splice(0).map((other) => ({ news: other, dueAt: 0 }))];
}

/** Waits for work, and no longer than that. */
async function atMost(milliseconds: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work(), late]);
  clearTimeout(timer);
}
