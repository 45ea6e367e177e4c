// The resources of a person, for an ENT that shows a media centre of its own: the list web service of the GAR.
import { STATUS_CODES } from 'node:http';
import type Koa from 'koa';
import { type Launchable, launchable } from '../acts/launching.ts';
import { listSchools } from '../directory/schools.ts';
import { Refusal } from '../errors.ts';
import { wordsOf } from '../http/pages.ts';
import { isEnt, launchPath } from '../resources/addresses.ts';
import type { Resource } from '../resources/registry.ts';
import { type Api, answerJson, type Caller, callerOf, isPlain } from './gate.ts';

/**
 * `GET /api/v1/ressources/{idENT}/{UAI}/{idPersonne}`: `{ "listeRessources": { "ressource": [...] } }`, each resource once.
 * The ENT asks for its own idENT alone (403), about a school that it serves (400), and names a person by the `sub` that it
 * knows. Somebody unknown, elsewhere, without account or without resources has an empty list, and one answer.
 */
export function resourceList(api: Api): Koa.Middleware {
  return enveloped(async (ctx) => {
    const { idENT = '', UAI = '', idPersonne = '' } = ctx.params as Record<string, string>;
    const caller = await callerOf(ctx, api, 'resource_list');
    const ent = requireOwnEnt(caller, idENT);
    await requireSchool(api, caller, UAI);
    const person = await caller.personAsked(idPersonne);
    const at = Date.now();
    const found = person ? await launchable(api.rights ?? api.db, { db: api.db, person, at, school: UAI }) : [];
    const link = (school: string, resource: string) => api.config.issuer + launchPath({ ent, school, resource });
    answerJson(ctx, { listeRessources: { ressource: onceEach(found).map((one) => toJson(one, link)) } });
  });
}

function requireOwnEnt({ ent }: Caller, asked: string): string {
  if (ent === undefined || !isEnt(asked, ent)) throw new Refusal('not_allowed', 'expected the idENT of the caller');
  return ent;
}

/** A school that is not known, and one that the ENT does not serve: one answer. */
async function requireSchool({ db }: Api, { serves }: Caller, uai: string): Promise<void> {
  const known = isPlain(uai) && serves(uai) && (await listSchools(db, [uai])).length > 0;
  if (!known) throw new Refusal('unknown_school', 'expected the UAI of a school that the ENT serves');
}

/** Two subscriptions to one resource are one line: the list is keyed on resource and school. */
function onceEach(found: readonly Launchable[]): Launchable[] {
  return [...new Map(found.map((one) => [one.resource.id, one])).values()];
}

const presentations: Readonly<Record<Resource['presentation'], string>> = {
  MAN: 'manuels numériques',
  MUL: 'ressources multimédias',
  PRO: 'ressources de production pédagogique',
};

function toJson({ resource, school }: Launchable, link: (school: string, resource: string) => string) {
  const { id, name, publisher, presentation, details } = resource;
  const { typePedagogique, typologieDocument, niveauEducatif, domaineEnseignement } = details;
  return {
    idRessource: id,
    idType: 'ARK',
    nomRessource: name,
    idEditeur: publisher.id,
    nomEditeur: publisher.name,
    ...(details.description !== undefined && { description: details.description }),
    ...(details.thumbnail !== undefined && { urlVignette: details.thumbnail }),
    typePresentation: { code: presentation, nom: presentations[presentation] },
    typePedagogique,
    typologieDocument,
    niveauEducatif,
    domaineEnseignement,
    urlAccesRessource: link(school, id),
    nomSourceEtiquetteGar: 'Accessible via Préau',
    distributeurTech: details.distributeurTech,
    validateurTech: details.validateurTech,
  };
}

/** Refusals in the envelope that callers of the GAR read; who is not known is challenged as everywhere. */
function enveloped(answer: (ctx: Koa.Context) => Promise<void>): Koa.Middleware {
  return async (ctx) => {
    try {
      await answer(ctx);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status === 401) throw error;
      // the GAR says of a school that it does not know that the request is wrong
      const status = error.code === 'unknown_school' ? 400 : error.status;
      const { idENT, UAI, idPersonne } = ctx.params as Record<string, string>;
      const Message = error.code === 'unknown_school' ? 'Établissement non trouvé' : wordsOf('fr').refusals[error.code];
      const Resource = ['ressources', idENT, UAI, idPersonne].join('/');
      answerJson(ctx, { Erreur: { Code: STATUS_CODES[status], Message, Resource } }, status);
    }
  };
}
