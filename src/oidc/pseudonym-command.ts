// `preau pseudonyms carry`: publishers go on knowing persons by the names they had before, in another ENT.
import { readFile } from 'node:fs/promises';
import type { Command, CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import { type CarryFault, carryPseudonyms } from '../resources/pseudonyms.ts';
import { inTransaction } from '../storage/storage.ts';
import { moveRevision } from './revisions.ts';

const faults: Readonly<Record<CarryFault, string>> = {
  unknown_sector: "aucune ressource enregistrée n'a ce secteur : enregistrez-la d'abord (preau resource add)",
  malformed: 'le secteur ou le pseudonyme ne sont pas écrits comme il faut',
  unknown_person: "cette personne n'est pas dans l'annuaire",
  taken: "une autre personne porte déjà ce pseudonyme, ou cet éditeur l'a déjà reçu pour elle",
  elsewhere:
    "un autre éditeur, ou une autre ressource du même éditeur, connaît déjà ce pseudonyme, et deux secteurs n'en partagent aucun, pour que nul ne rapproche ce qu'ils savent : retirez la ligne, la personne aura ici un pseudonyme à part",
};

/** `preau pseudonyms carry FILE.csv` */
export const pseudonymsCommand: Command = async ({ db, args, print }: CommandContext) => {
  const [verb, file, ...rest] = args;
  if (verb !== 'carry' || file === undefined || rest.length > 0)
    throw new Refusal('bad_argument', 'expected `preau pseudonyms carry FILE.csv`');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Refusal('bad_argument', 'expected a file that can be read');
  });
  const { read, carried, unchanged, refused } = await inTransaction(db, async (tx) => {
    const report = await carryPseudonyms(tx, text, { by: 'operator', at: Date.now() });
    await moveRevision(tx, 'modules'); // running servers remember pseudonyms, and read them again
    return report;
  });
  print(`${read} lignes lues : ${carried} repris, ${unchanged} sans changement, ${refused.length} refusés.`);
  for (const { line, why } of refused) print(`  ligne ${line} : ${faults[why]}.`);
  if (refused.length > 0) throw new Refusal('bad_argument', `${refused.length} line(s) were not taken over`);
};
