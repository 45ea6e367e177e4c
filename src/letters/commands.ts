// Letters and class cards on the command line: issued, printed into a file, and wiped.
import { readArguments } from '../acts/arguments.ts';
import { type CommandContext, writeOut } from '../command.ts';
import { Refusal } from '../errors.ts';
import { issueCards } from './cards.ts';
import { issueLetters } from './letters.ts';
import { beginPrinting, printRun } from './printing.ts';
import type { Addressees } from './recipients.ts';
import { endPrinting, type Run } from './runs.ts';

const USAGE =
  '`preau letters UAI [--class CODE] [--pupils | --families | --staff | --person ID] [--reset | --cards] [--mail] [--again] --out FILE.pdf`';

/** `preau letters …`: the families by default, or the pupils of a class. The file is whole or not there; the codes stay in it alone. */
export async function lettersCommand({ config, db, args, print }: CommandContext): Promise<void> {
  const given = readArguments(USAGE, args, 1, [
    'class',
    'person',
    'out',
    'pupils!',
    'families!',
    'staff!',
    'reset!',
    'cards!',
    'mail!',
    'again!',
  ]);
  const [school = ''] = given.words;
  const out = given.text('out');
  if (!out || (given.has('reset') && given.has('cards'))) throw given.wrong();
  if (config.issuer === undefined) throw new Refusal('bad_setting', 'PREAU_ISSUER is missing: letters say where to go');
  if (given.has('mail') && !config.mail.server)
    throw new Refusal('bad_setting', 'PREAU_SMTP is missing: no mail leaves');
  const common = { school, actor: 'operator', again: given.has('again'), at: Date.now() };
  const to = addressees(given);
  const key = config.keyFor('letters');
  const issue = (): Promise<Run> =>
    given.has('cards')
      ? issueCards(db, key, { ...common, to: to.who === 'staff' ? { who: 'pupils' } : to })
      : issueLetters(db, config.keyFor, {
          ...common,
          to,
          kind: given.has('reset') ? 'reset' : 'activation',
          by: given.has('mail') ? 'mail' : 'letter',
          from: 'operator',
        });
  const run = await writeOut(out, async (stream) => {
    const issued = await issue();
    await printOnce(issued, stream);
    return issued;
  });
  await endPrinting(db, run.id, Date.now());
  print(`${out} : ${run.size} feuille(s)${run.mailed > 0 ? `, ${run.mailed} courriel(s)` : ''}.`);
  print(
    'Les codes ne sont plus que dans ce fichier : imprimez-le, remettez chaque feuille à qui elle nomme, effacez-le.',
  );

  async function printOnce(issued: Run, stream: NodeJS.WritableStream): Promise<void> {
    const printing = { run: issued.id, school, key, issuer: config.issuer, actor: 'operator', at: Date.now() };
    await printRun(db, await beginPrinting(db, printing), printing, stream as never);
  }
}

function addressees(given: ReturnType<typeof readArguments>): Addressees {
  const person = given.text('person');
  const chosen = (['pupils', 'families', 'staff'] as const).filter((who) => given.has(who));
  if (chosen.length + (person ? 1 : 0) > 1) throw given.wrong();
  if (person) return { who: 'person', person };
  const [who = given.has('cards') ? 'pupils' : 'families'] = chosen;
  if (who === 'staff') {
    if (given.text('class')) throw given.wrong();
    return { who };
  }
  return { who, class: given.text('class') };
}
