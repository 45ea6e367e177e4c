// What waits in the demo for whoever tries it: each topic is a file, and says what to do and what to type.
import type { Db } from '../../storage/storage.ts';
import { stageAccounts } from './accounts.ts';
import { stageCircles } from './circles.ts';
import { stageFamilies } from './families.ts';
import { stageNotices } from './notices.ts';
import { stageOwnData } from './own-data.ts';
import { stageRequests } from './requests.ts';
import { stageResources } from './resources.ts';

/** Something to try: what it is, and each thing to do or to type. */
export interface Staged {
  readonly title: string;
  readonly steps: readonly string[];
}

/** One line per topic. */
const topics: readonly ((db: Db, at: number) => Promise<Staged>)[] = [
  stageResources,
  stageAccounts,
  stageFamilies,
  stageCircles,
  stageRequests,
  stageOwnData,
  stageNotices,
];

/** Sets everything up, in order. `at` is UTC milliseconds. */
export async function setStage(db: Db, at: number): Promise<Staged[]> {
  const staged: Staged[] = [];
  for (const topic of topics) staged.push(await topic(db, at));
  return staged;
}
