// The address that opens a resource, as the GAR writes it: `/domaineGar?idENT&idEtab&idRessource`, the first two in base64.
import type { Config } from '../config.ts';
import { arkOf } from './ark.ts';

/** The path that a click on a tile goes to; every gate is passed there, once more. */
export const LAUNCH_PATH = '/domaineGar';

/** Where no idENT was given. */
const OWN_ENT = 'PREAU';

/** The idENT by which this ENT is named: the one that the ministry gave, where it gave one. */
export function ownEnt({ garEnt }: Pick<Config, 'garEnt'>): string {
  return garEnt || OWN_ENT;
}

export interface LaunchAddress {
  /** The idENT, such as `B0`. */
  readonly ent: string;
  /** A UAI. */
  readonly school: string;
  /** An ARK. */
  readonly resource: string;
}

/** The path and its parameters. */
export function launchPath({ ent, school, resource }: LaunchAddress): string {
  const asked = new URLSearchParams({ idENT: base64(ent), idEtab: base64(school), idRessource: resource });
  return `${LAUNCH_PATH}?${asked}`;
}

/** What an address asks for; nothing when a part is missing, given twice, or not written as it must be. */
export function readLaunchAddress(query: Readonly<Record<string, unknown>>): LaunchAddress | undefined {
  const { idENT, idEtab, idRessource } = query;
  if (typeof idENT !== 'string' || typeof idEtab !== 'string' || typeof idRessource !== 'string') return undefined;
  const [ent, school] = [text(idENT), text(idEtab)];
  if (!ent || !school || idRessource.length > 1024) return undefined;
  return { ent, school, resource: arkOf(idRessource) };
}

/** The idENT that a text says, in base64 or plainly: both are seen. */
export function isEnt(given: string, ent: string): boolean {
  return given === ent || text(given) === ent;
}

function base64(plain: string): string {
  return Buffer.from(plain, 'utf8').toString('base64');
}

/** What stands in base64 within an address, where `+` may have become a blank; nothing when it is no short plain word. */
function text(encoded: string): string | undefined {
  const given = encoded.replaceAll(' ', '+');
  if (given.length > 64 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(given)) return undefined;
  const plain = Buffer.from(given, 'base64').toString('utf8');
  return /^[A-Za-z0-9-]{1,45}$/.test(plain) ? plain : undefined;
}
