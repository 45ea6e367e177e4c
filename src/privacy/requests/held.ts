// What is held about a person by way of their own requests, for the page of what is held.
import { en } from '../../../views/text/en.ts';
import { fr } from '../../../views/text/fr.ts';
import type { Db } from '../../storage/storage.ts';
import type { HeldAsked, HeldLine } from '../held.ts';
import { findRequests } from './records.ts';

/** One line per request about the person's data; what others wrote stays between the school and them. */
export async function requestLines(db: Db, { person, reader, locale }: HeldAsked): Promise<HeldLine[]> {
  const { requests: words } = (locale === 'fr' ? fr : en).pages;
  const about = await findRequests(db, { about: person });
  return about
    .filter(({ asker }) => asker === reader || reader === person)
    .flatMap(({ kind, state, school, channel, filedAt, mandate }) => {
      const source = channel === 'online' ? 'self' : 'local';
      const line = (what: string): HeldLine => ({ category: 'requests', what, source, since: filedAt, school });
      const standing = kind === 'exposure' && state === 'accepted' ? words.answered : words.states[state];
      const asked = line(`${words.names[kind]} : ${standing}`);
      return mandate ? [asked, line(words.heldMandate([mandate.reference, mandate.holder]))] : [asked];
    });
}
