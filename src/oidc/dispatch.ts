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
  takeFarewells,
} from './farewells.ts';
import type { Seal } from './seal.ts';
import { openTelling } from './telling.ts';

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
 * take it; `told` hears of what was taken, and of what was given up.
 */
export function openDispatch({
  db,
  statements,
  seal,
  deliver,
  told,
  onError,
  clock = Date.now,
}: {
  db: Db;
  statements: Pick<Statements, 'run'>;
  seal: Seal;
  deliver: (news: Farewell) => Promise<boolean>;
  told: (client: string, delivered: boolean) => void;
  onError: (error: unknown) => void;
  clock?: () => number;
}): Dispatch {
  const inTurn = takingTurns(db);
  const telling = openTelling({
    tell: async (news) => {
      const farewell = farewellIn(seal, news);
      if (farewell && (await deliver(farewell))) told(news.client, true);
    },
    onEmpty: () => lookSoon(),
    clock,
  });
  const settle = async (): Promise<void> => {
    const outcomes = [...telling.outcomes];
    if (outcomes.length === 0) return;
    await inTurn(() => settleFarewells(db, outcomes));
    telling.outcomes.splice(0, outcomes.length);
  };
  const turn = async (): Promise<void> => {
    await settle();
    const at = clock();
    const due = await modulesToTell(db, at);
    if (due.some(({ oldest }) => isTooOld(oldest, at)))
      for (const client of await giveUpFarewells(db, at)) told(client, false);
    for (const { client } of due) {
      const most = telling.roomFor(client, at);
      if (most > 0) telling.begin(client, await inTurn(() => takeFarewells(db, { client, most, at })));
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
