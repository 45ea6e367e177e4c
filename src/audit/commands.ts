// The trail and the log of decisions on the command line.
import type { CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { type Verdict, verifyAudit } from './audit.ts';
import { purgeDecisions, verifyDecisions } from './decisions.ts';

const PROBLEMS = { changed: 'modifiée', missing: 'manquante', added: 'ajoutée' } as const;

const chains: readonly { name: string; french: string; verify: (db: Db) => Promise<Verdict> }[] = [
  { name: 'audit', french: 'Journal', verify: verifyAudit },
  { name: 'decisions', french: 'Registre des décisions', verify: verifyDecisions },
];

/** `preau audit verify`: walks both chains; `trail_broken` names the first bad row of the first that is broken. */
export async function auditCommand({ db, args, print }: CommandContext): Promise<void> {
  if (args.length !== 1 || args[0] !== 'verify') throw new Refusal('bad_argument', 'expected `preau audit verify`');
  const verdicts: { name: string; verdict: Verdict }[] = [];
  for (const { name, french, verify } of chains) {
    const verdict = await verify(db);
    verdicts.push({ name, verdict });
    print(`${french} ${sentence(verdict)}`);
  }
  const broken = verdicts.find(({ verdict }) => verdict.firstBad);
  if (!broken) return;
  const { day, seq, problem } = broken.verdict.firstBad!;
  const chain = broken.name;
  throw new Refusal('trail_broken', `row ${seq} of ${day} in \`${chain}\` is ${problem}`, { chain, day, seq, problem });
}

function sentence({ rows, purged, firstBad }: Verdict): string {
  if (firstBad)
    return `atteint : ligne ${firstBad.seq} du ${firstBad.day} ${PROBLEMS[firstBad.problem]}. ${rows} lignes lues.`;
  return `intact : ${rows} lignes vérifiées.${purged ? ` ${purged} jour(s) effacés à leur terme.` : ''}`;
}

/** `preau decisions purge`: lets go of the days past the setting PREAU_DECISION_MONTHS, as the server does by itself. */
export async function decisionsCommand({ db, config, args, print }: CommandContext): Promise<void> {
  if (args.length !== 1 || args[0] !== 'purge') throw new Refusal('bad_argument', 'expected `preau decisions purge`');
  const { months } = config.decisions;
  const { days, rows } = await purgeDecisions(db, { months, at: Date.now(), actor: 'system' });
  print(`Décisions de plus de ${months} mois : ${days} jour(s), ${rows} décision(s) effacé(e)s.`);
}
