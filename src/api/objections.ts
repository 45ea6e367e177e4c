// An adult pupil's objection to what legal representatives read through them: the pupil's own act, and nobody else's.
import type Koa from 'koa';
import { z } from 'zod';
import { recordObjection, withdrawObjection } from '../acts/restrictions.ts';
import { fullName } from '../directory/naming.ts';
import { listPersons } from '../directory/persons.ts';
import { readersThrough, schoolsOfPupil } from '../directory/restrictions.ts';
import { Refusal } from '../errors.ts';
import { readAs, readJson } from './body.ts';
import { type Api, answerJson } from './gate.ts';
import { type Somebody, somebody } from './grants.ts';
import { personAt } from './logbooks.ts';

const objection = z.object({ guardian: z.string().max(255) });

const verbs = { record: recordObjection, withdraw: withdrawObjection };

/** `GET /api/v1/objections`: the pupil's legal representatives, and whether each is objected to. */
export function objections(api: Api): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    await requireServed(api, caller);
    answerJson(ctx, await told(api, caller));
  };
}

/** `POST /api/v1/objections` objects to one of them, `DELETE` takes it back; in every school, whatever the module serves. */
export function objectTo(api: Api, verb: keyof typeof verbs): Koa.Middleware {
  return async (ctx) => {
    const caller = await somebody(ctx, api);
    const { guardian } = readAs(objection, await readJson(ctx));
    await requireServed(api, caller);
    const person = await personAt(caller, guardian, 'guardian');
    await verbs[verb](api.db, { by: caller.person, guardian: person, at: Date.now() });
    answerJson(ctx, await told(api, caller));
  };
}

async function requireServed(api: Api, caller: Somebody): Promise<void> {
  const schools = await schoolsOfPupil(api.db, caller.person, Date.now());
  if (schools.length === 0) throw new Refusal('not_pupil', 'expected the token of a pupil');
  if (!schools.some((school) => caller.serves(school)))
    throw new Refusal('school_not_served', 'expected a pupil of a school that the module serves');
}

async function told(api: Api, { client, person }: Somebody): Promise<object[]> {
  const readers = await readersThrough(api.db, person, Date.now());
  const persons = await listPersons(
    api.db,
    readers.map((one) => one.person),
  );
  const names = new Map(persons.map((one) => [one.id, fullName(one)]));
  return Promise.all(
    readers.map(async (one) => ({
      sub: await api.provider.subjectFor(client, one.person),
      name: names.get(one.person) ?? '',
      objected: one.objected,
    })),
  );
}
