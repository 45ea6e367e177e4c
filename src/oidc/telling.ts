// What one node tells modules at a time: no module makes another wait, and one that does not answer is left alone for a while.
import type { Outcome, Taken } from './farewells.ts';

export interface Telling<News extends Taken> {
  /** How much more news of a module there is room for. */
  roomFor(client: string, at: number): number;
  /** Begins to tell news of a module, or has it wait for its turn. */
  begin(client: string, news: readonly News[]): void;
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
interface Line<News extends Taken> {
  readonly ready: News[];
  running: number;
  /** How often in a row it did not take what it was told, and until when it is left alone. */
  failures: number;
  restsUntil: number;
}

/**
 * `tell` tells one of them: whether the module took it, or answered that it does not; it throws when it came to no answer.
 * `onEmpty` hears when there is room again.
 */
export function openTelling<News extends Taken>({
  tell,
  onEmpty,
  clock,
}: {
  tell: (news: News) => Promise<boolean>;
  onEmpty: () => void;
  clock: () => number;
}): Telling<News> {
  const lines = new Map<string, Line<News>>();
  const running = new Map<News, Promise<void>>();
  const outcomes: Outcome[] = [];

  const lineOf = (client: string): Line<News> => {
    const line = lines.get(client) ?? { ready: [], running: 0, failures: 0, restsUntil: 0 };
    lines.set(client, line);
    return line;
  };
  const tellOne = async (line: Line<News>, news: News): Promise<void> => {
    try {
      const isTaken = await tell(news);
      line.failures = 0; // it answers: what it refuses is the fault of that news alone
      line.restsUntil = 0;
      outcomes.push(isTaken ? { news } : later(news, clock()));
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
      const news = line.running < AT_ONCE_EACH ? firstOurs(line.ready, clock()) : undefined;
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
function putOff(line: Line<Taken>, news: Taken, at: number): Outcome[] {
  if (at >= line.restsUntil) {
    line.restsUntil = at + Math.min(REST.longest, REST.first * 2 ** line.failures);
    line.failures += 1;
  }
  return [later(news, at), ...line.ready.splice(0).map((other) => ({ news: other, dueAt: 0 }))];
}

function later(news: Taken, at: number): Outcome {
  return { news, dueAt: at + Math.max(AGAIN.soonest, Math.min(AGAIN.latest, at - news.said_at)) };
}

/** Takes out the first that is ours to tell still; what was in hand for too long is whoever's takes it next. */
function firstOurs<News extends Taken>(ready: News[], at: number): News | undefined {
  for (let news = ready.shift(); news; news = ready.shift()) if (news.until > at) return news;
  return undefined;
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
