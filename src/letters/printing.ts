// From a run to a PDF: a hundred sheets at a time, written as they are drawn, and each printing traced.
import type { Writable } from 'node:stream';
import { activationLetter, resetLetter } from '../../views/letters/letters.ts';
import { accountOf } from '../accounts/records.ts';
import { audit } from '../audit/audit.ts';
import { listPersons } from '../directory/persons.ts';
import { findSchool, type School } from '../directory/schools.ts';
import { workstationsOf } from '../directory/workstations.ts';
import { Refusal } from '../errors.ts';
import type { Db } from '../storage/storage.ts';
import { drawCards } from './card-page.ts';
import { dayInWords } from './days.ts';
import { drawLetter, type LetterHead } from './letter-page.ts';
import { openPaper, type Paper } from './paper.ts';
import { findRun, type Held, type Run, type Sheet, sheetsAfter } from './runs.ts';

const PIECE = 100;

export interface Printing {
  readonly run: string;
  readonly school: string;
  /** `config.keyFor('letters')` */
  readonly key: Buffer;
  /** The public address that letters send to. */
  readonly issuer: string;
  /** The key of who prints. */
  readonly actor: string;
  readonly at: number;
}

/**
 * What can still be printed of a school: the run, traced as printed. Ask before anything is written.
 * Refuses with `not_found`, and `print_over` once its codes are wiped.
 */
export async function beginPrinting(db: Db, { run: id, school, actor, at }: Printing): Promise<Run> {
  const run = await findRun(db, id);
  if (run?.school !== school) throw new Refusal('not_found', 'no such run of letters');
  if (run.printableUntil <= at) throw new Refusal('print_over', 'expected a run whose sheets are not wiped yet');
  const details = { run: id, kind: run.kind, audience: run.audience, sheets: run.size };
  await audit(db, { at, event: 'letters.printed', actor, school, details });
  return run;
}

/** Writes the sheets of a run as one PDF. What stays in memory is the tree of its tags, some 17 kB a sheet. */
export async function printRun(db: Db, run: Run, printing: Printing, out: Writable): Promise<void> {
  const school = await findSchool(db, run.school);
  const paper = openPaper(out, `${titles[run.kind]}, ${school.name}`);
  const places = (await workstationsOf(db, school.uai, printing.at)).map(({ properties }) => String(properties.where));
  const around = { run, school, places, issuer: printing.issuer };
  let after = 0;
  for (;;) {
    const sheets = await sheetsAfter(db, { run: run.id, key: printing.key, after, most: PIECE });
    const last = sheets.at(-1);
    if (!last) break;
    after = last.seq;
    await printPiece(db, paper, sheets, around);
  }
  await paper.end();
}

const titles = { activation: 'Lettres d’activation', reset: 'Lettres de réinitialisation', cards: 'Cartes de classe' };

interface Around {
  readonly run: Run;
  readonly school: School;
  readonly places: readonly string[];
  readonly issuer: string;
}

async function printPiece(db: Db, paper: Paper, sheets: readonly Sheet[], around: Around): Promise<void> {
  const keys = sheets.map(({ person }) => person);
  const persons = new Map((await listPersons(db, keys)).map((person) => [person.id, person]));
  const held: Held[] = sheets.flatMap((sheet) => {
    const person = persons.get(sheet.person);
    return person ? [{ ...sheet, person }] : [];
  });
  const { run, school, issuer } = around;
  if (run.kind === 'cards') return drawCards(paper, held, { issuer, zone: school.zone, school: school.name });
  for (const sheet of held) {
    const identifier = run.kind === 'reset' ? (await accountOf(db, sheet.person.id))?.identifier : undefined;
    const words = wordsOf(sheet, { ...around, identifier });
    await paper.page((pdf) => drawLetter(pdf, headOf(sheet, around), words));
  }
}

function headOf({ person, className, children }: Held, { run, school }: Around): LetterHead {
  const { givenName, familyName } = person;
  const through = children.length > 0 ? `par ${children.join(', ')}` : '';
  return {
    school: school.name,
    reader: `${givenName} ${familyName.toLocaleUpperCase('fr')}`,
    handedOut: [className, through].filter(Boolean).join(', '),
    day: `Le ${dayInWords(run.issuedAt, school.zone)}`,
  };
}

function wordsOf(
  sheet: Held,
  { run, school, places, issuer, identifier }: Around & { identifier?: string | undefined },
) {
  const { code, expiresAt, children, person } = sheet;
  const until = dayInWords(expiresAt - 1, school.zone);
  const birthDateKnown = person.birthDate !== null;
  const letter = run.kind === 'reset' ? resetLetter : activationLetter;
  return letter({ issuer, code, until, birthDateKnown, children, workstations: places, identifier });
}
