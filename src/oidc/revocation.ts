// Whether a certificate was revoked by who signed it: asked at every request, of lists that are read again when they change.
import type { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { Refusal } from '../errors.ts';
import { type RevocationList, readRevocationLists, serialOf } from './revocation-lists.ts';

export interface Revocation {
  /**
   * `revoked` by one of its authorities; `unsure` where the list of one is not good now, and nobody can know; `clear`
   * otherwise, and where no lists are kept. `signers` are places in the list of authorities.
   */
  standing(certificate: X509Certificate, signers: readonly number[], at: number): 'clear' | 'revoked' | 'unsure';
}

interface Heard {
  /** New lists were taken up. */
  readonly onRenewed?: () => void;
  /** A file that will not do: the lists in use go on. Or a list in use that has ended: its authority vouches for nobody. */
  readonly onError?: (error: unknown) => void;
}

/** How often a file is looked at, when certificates are shown. */
const LOOK_EVERY = 1_000;

/** Opens the lists of authorities, none when no file is named. `bad_setting` for a file that will not do. */
export function openRevocation(
  file: string,
  authorities: readonly X509Certificate[],
  { onRenewed = () => undefined, onError = () => undefined, everyMs = LOOK_EVERY }: Heard & { everyMs?: number } = {},
): Revocation {
  if (file === '') return { standing: () => 'clear' };
  let written = momentOf(file);
  let lists = readRevocationLists(file, authorities);
  let looked = performance.now();
  let told: readonly RevocationList[] | undefined;

  const look = (): void => {
    if (performance.now() - looked < everyMs) return;
    looked = performance.now();
    const now = momentOf(file);
    // one that is away for a moment is looked at later
    if (now === undefined || now === written) return;
    written = now;
    try {
      lists = notOlder(readRevocationLists(file, authorities), lists);
      onRenewed();
    } catch (error) {
      onError(error);
    }
  };

  return {
    standing: (certificate, signers, at) => {
      look();
      const asked = signers.flatMap((place) => lists[place] ?? []);
      const serial = serialOf(certificate);
      if (asked.some(({ serials }) => serials.has(serial))) return 'revoked';
      // lists have no word for a number below nought
      if (asked.every((list) => isGood(list, at)) && !serial.startsWith('-')) return 'clear';
      if (told !== lists) onError(new Refusal('bad_setting', 'PREAU_CLIENT_CRL has ended: expected the next list'));
      told = lists;
      return 'unsure';
    },
  };
}

/** A list that is older than the one in use would give back what was revoked since: of the two, the newer stays. */
function notOlder(fresh: readonly RevocationList[], present: readonly RevocationList[]): RevocationList[] {
  return fresh.map((list, place) => {
    const before = present[place];
    return before && before.from > list.from ? before : list;
  });
}

function isGood({ from, until }: RevocationList, at: number): boolean {
  return from <= at && at < until;
}

function momentOf(file: string): string | undefined {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return undefined;
  }
}
