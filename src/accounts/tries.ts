// A try to sign in, by password or by class card: where it is counted, and whether it is judged.
import type { Source } from '../storage/statements.ts';
import { deviceHash, isKnownDevice } from './factors/devices.ts';
import type { Origin } from './origin.ts';
import { countOnly, release, reserve, type Scope, scopeOf } from './throttle.ts';

/** What is tried. For an identifier that nobody has, the work is the same. */
export interface Tried {
  readonly by: 'password' | 'card';
  /** What was typed, in its normal form. */
  readonly identifier: string;
  /** Whose identifier it is; empty for nobody's. */
  readonly person: string;
  /** Since when what they show is theirs, UTC milliseconds: browsers count that they came in from since. */
  readonly since: number;
  /** The hash of the address, and whether they sign in from it. */
  readonly address: string;
  readonly addressKnown: boolean;
}

/** A try that was counted. */
export interface Try {
  /** Whether it is judged; whoever must wait is answered like whoever is wrong, after the same work. */
  readonly admitted: boolean;
  readonly own: Scope;
  /** Where it counts as a failure until it is judged: what was not taken must not be given back. */
  readonly counted: readonly Scope[];
}

/** Counts a try before it is judged. Its own scope first: a try that must wait there lengthens no wait of others. */
export async function countTry(source: Source, from: Origin, tried: Tried): Promise<Try> {
  const { own, wide, binding } = await scopesOf(source, from, tried);
  const [inOwn] = await reserve(source, [own], from.at);
  if (!inOwn) {
    await countOnly(source, wide, from.at);
    return { admitted: false, own, counted: [] };
  }
  const others = await reserve(source, wide, from.at);
  const counted = [own, ...wide.filter((_scope, index) => others[index])];
  return { admitted: wide.every((scope, index) => others[index] || !binding.includes(scope)), own, counted };
}

/** Gives back a try that was never judged: nobody was told that it was wrong. */
export async function giveBack(source: Source, { counted }: Try): Promise<void> {
  await release(source, { returned: counted });
}

/** Begins afresh where the right one was shown, and gives the try back elsewhere. */
export async function foundRight(source: Source, { own, counted }: Try): Promise<void> {
  await release(source, { cleared: own, returned: counted.filter((scope) => scope !== own) });
}

/**
 * A browser that the holder signs in from is counted by itself, wherever it is. Any other is counted with those of its
 * address, which others may share; a shared workstation is a place of its own, and trusted no more than an address: all
 * of them at one from which the holder signs in share what is free there. `binding` are those that must let a try through.
 */
async function scopesOf(
  source: Source,
  { key, at, device, workstation }: Origin,
  { by, identifier, person, since, address, addressKnown }: Tried,
): Promise<{ own: Scope; wide: Scope[]; binding: Scope[] }> {
  const way = by === 'card' ? ['card'] : []; // six-year-olds mistype: counted apart from passwords
  const place = workstation === undefined ? address : `workstation ${workstation}`;
  const theirs = device !== undefined && (await isKnownDevice(source, { person, device, key, at, since }));
  const own = theirs
    ? scopeOf(key, 'browser', ...way, deviceHash({ person, device, key }))
    : scopeOf(key, 'pair', ...way, identifier, place);
  const isShared = workstation !== undefined;
  const ofPlace = scopeOf(key, 'address', ...way, place);
  if (theirs || (addressKnown && !isShared)) return { own, wide: [ofPlace], binding: [] };
  const account = scopeOf(key, 'account', ...way, identifier, ...(addressKnown ? [`at ${address}`] : []));
  return { own, wide: [account, ofPlace], binding: addressKnown ? [account] : [account, ofPlace] };
}
