// What of second factors has ended, removed now and then.
import type { Db } from '../../storage/storage.ts';
import { purgeHands } from '../hands.ts';
import { purgeChallenges } from './challenges.ts';
import { purgeAsks } from './code-asks.ts';
import { purgeDevices } from './devices.ts';
import { purgeProofs } from './proofs.ts';
import { purgeSheets } from './recovery.ts';
import { purgeSchoolCodes } from './school-codes.ts';
import { purgeEnrolments } from './totp.ts';

const all = [
  purgeChallenges,
  purgeEnrolments,
  purgeSheets,
  purgeSchoolCodes,
  purgeAsks,
  purgeHands,
  purgeProofs,
  purgeDevices,
];

/** Removes what ended before `at`, until it is told to stop. Any node may call it. Returns how many rows went. */
export async function purgeFactors(db: Db, at: number, stop?: AbortSignal): Promise<number> {
  let removed = 0;
  for (const purge of all) if (!stop?.aborted) removed += await purge(db, at);
  return removed;
}
