// The trail on the command line.
import type { CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import { verifyAudit } from './audit.ts';

const PROBLEMS = { changed: 'modifiée', missing: 'manquante', added: 'ajoutée' } as const;

/** `preau audit verify`: walks the chain; `trail_broken` names the first bad row. */
export async function auditCommand({ db, args, print }: CommandContext): Promise<void> {
  if (args.length !== 1 || args[0] !== 'verify') throw new Refusal('bad_argument', 'expected `preau audit verify`');
  const { rows, firstBad } = await verifyAudit(db);
  if (!firstBad) return print(`Journal intact : ${rows} lignes vérifiées.`);
  const { day, seq, problem } = firstBad;
  print(`Journal atteint : ligne ${seq} du ${day} ${PROBLEMS[problem]}. ${rows} lignes lues.`);
  throw new Refusal('trail_broken', `row ${seq} of ${day} is ${problem}`, { day, seq, problem });
}
