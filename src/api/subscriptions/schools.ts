// The schools that a distributor may subscribe for: `GET /api/v1/etablissements`, and `.xml` as the service has it.
import type Koa from 'koa';
import { z } from 'zod';
import { listSchools, type School } from '../../directory/schools.ts';
import { ownEnt } from '../../resources/addresses.ts';
import { connectedSchools } from '../../resources/agreements.ts';
import { natureNames, naturesOf } from '../../resources/natures.ts';
import { readAs } from '../body.ts';
import { type Api, answerJson } from '../gate.ts';
import { answering, distributorOf, place, sendXml, wantsXml } from './answering.ts';

const part = z.object({ debut: place.optional(), fin: place.optional() });

/** All of them by UAI, or those from `debut` to before `fin`; `as` what is asked for, or always XML. */
export function schools(api: Api, as: 'asked' | 'xml' = 'asked'): Koa.Middleware {
  return answering(async (ctx) => {
    await distributorOf(ctx, api, 'subscriptions');
    const { debut = 0, fin } = readAs(part, { debut: ctx.query.debut, fin: ctx.query.fin });
    const all = await listSchools(api.db);
    const connected = await connectedSchools(api.db, Date.now());
    const ent = ownEnt(api.config);
    const told = all.slice(debut, fin).map((school) => fieldsOf(school, connected.has(school.uai) ? ent : ''));
    ctx.set('X-Total-Count', String(all.length));
    if (as === 'asked' && !wantsXml(ctx)) return answerJson(ctx, { etablissements: told });
    sendXml(
      ctx,
      'listEtablissement',
      told.map((fields) => ['etablissement', Object.entries(fields)] as const),
    );
  });
}

/** In the order of the service; what the directory does not know is empty, as is the ENT of a school without an agreement. */
function fieldsOf(school: School, ent: string): Readonly<Record<string, string>> {
  const natures = naturesOf(school);
  // what its kind can stand for several natures of is of none for certain
  const code = natures.length === 1 ? natures[0]! : '';
  const [type = '', typeName = ''] = natureNames[natures[0] ?? '']?.type ?? [];
  return {
    uai: school.uai,
    nature_uai: code,
    nature_uai_libe: natureNames[code]?.name ?? '',
    type_uai: type,
    type_uai_libe: typeName,
    commune: '',
    commune_libe: '',
    academie: school.academy,
    academie_libe: '',
    departement_insee_3: school.uai.slice(0, 3),
    departement_insee_3_libe: '',
    appellation_officielle: school.name,
    patronyme_uai: '',
    code_postal_uai: '',
    localite_acheminement_uai: '',
    idENT: ent && Buffer.from(ent, 'utf8').toString('base64'),
  };
}
