// The news that sessions have ended, on its way to modules beside requests: kept until it is told, and lost with no node.
import type { Statements } from '../storage/statements.ts';
import type { Db } from '../storage/storage.ts';
import { takingTurns } from '../storage/turns.ts';
import {
  type Farewell,
  farewellIn,
  giveUpFarewells,
  isTooOld,
  keepFarewell,
  modulesToTell,
  settleFarewells,
  type Taken,
  takeFarewells,
} from './farewells.ts';
import type { Seal } from './seal.ts';
import { openTelling } from './telling.ts';
import { noteHeard } from './unheard.ts';

/** News in hand, and what it says. */
type Readable = Taken & { readonly farewell: Farewell };

export interface Dispatch {
  /** Keeps that a session is over for a module, and returns; it is told at once, and again until the module takes it. */
  say(news: Farewell): Promise<void>;
  /** One turn: takes what is due, of each module as much as there is room for, and begins to tell it. */
  look(): Promise<void>;
  /** Takes nothing more; tells what is in hand as far as that is done soon, and leaves the rest to whoever looks next. */
  close(): Promise<void>;
}

/**
 * Tells modules what is kept for them. `deliver` says whether there was anybody to tell, and throws when the module did not
 * take it; `told` hears of what was taken, and of what was given up, which `gaveUp` hears of too: how much of a module at once.
 */
export function openDispatch({
  db,
  statements,
  seal,
  deliver,
  told,
  gaveUp = () => undefined,
  onError,
  clock = Date.now,
}: {
  db: Db;
  statements: Pick<Statements, 'run'>;
  seal: Seal;
  deliver: (news: Farewell) => Promise<boolean>;
  told: (client: string, delivered: boolean) => void;
  gaveUp?: (client: string, count: number) => void;
  onError: (error: unknown) => void;
  clock?: () => number;
}): Dispatch {
  const inTurn = takingTurns(db);
  /** Modules that took something since this was last written down. */
  const heard = new Set<string>();
  const telling = openTelling<Readable>({
    tell: async ({ client, farewell }) => {
      try {
        if (await deliver(farewell)) {
          told(client, true);
          heard.add(client);
        }
        return true;
      } catch (error) {
        if (isRefused(error)) return false;
        throw error;
      }
    },
    onEmpty: () => lookSoon(),
    clock,
  });
  const settle = async (): Promise<void> => {
    const outcomes = [...telling.outcomes];
    if (outcomes.length === 0) return;
    const reached = [...heard];
    await inTurn(async () => {
      await settleFarewells(db, outcomes);
      if (reached.length > 0) await noteHeard(db, reached, clock());
    });
    telling.outcomes.splice(0, outcomes.length);
    for (const client of reached) heard.delete(client);
  };
  /** Those of news that say something. The others are told to nobody, and are no fault of the module. */
  const readable = (news: readonly Taken[]): Readable[] =>
    news.flatMap((one) => {
      const farewell = farewellIn(seal, one);
      if (typeof farewell !== 'string') return [{ ...one, farewell }];
      if (farewell === 'unreadable') told(one.client, false);
      telling.outcomes.push({ news: one });
      return [];
    });
  const turn = async (): Promise<void> => {
    await settle();
    const at = clock();
    const due = await modulesToTell(db, at);
    if (due.some(({ oldest }) => isTooOld(oldest, at)))
      for (const { client, count } of await giveUpFarewells(db, at)) {
        for (let index = 0; index < count; index += 1) told(client, false);
        gaveUp(client, count);
      }
    for (const { client } of due) {
      if (closed) return;
      const now = clock(); // it is ours for a time that begins when it is taken, and not with the turn
      const most = telling.roomFor(client, now);
      if (most > 0) telling.begin(client, readable(await inTurn(() => takeFarewells(db, { client, most, at: now }))));
    }
  };

  /** The turn that runs, or ran last; and the one that follows it, whoever asks for it. */
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  let closed = false;
  const look = (): Promise<void> => {
    waiting ??= last
      .catch(() => undefined) // told to who asked for it
      .then(() => {
        waiting = undefined;
        return closed ? undefined : turn();
      });
    last = waiting;
    return waiting;
  };
  const lookSoon = (): void => {
    look().catch(onError);
  };
  return {
    say: async (news) => {
      await keepFarewell(statements, seal, news);
      lookSoon();
    },
    look,
    close: async () => {
      closed = true;
      await last.catch(() => undefined);
      await telling.close();
      await settle().catch(onError); // left as it is, it is told by whoever looks once it is no longer taken
    },
  };
}

/** Whether a module answered that it does not take news: of a session that it knows no longer, maybe. Another it may. */
function isRefused(error: unknown): boolean {
  const status = (error as { response?: { status?: number } } | undefined)?.response?.status ?? 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
