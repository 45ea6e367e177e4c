// What stands in the logbooks when the demo starts: a few invented lessons, dated around today.
import { listLogbooks, type NamedLogbook } from '../directory/logbooks.ts';
import { dayOf, startOfDay } from '../facts/calendar.ts';
import { type SampleAudienceName, type SampleCastName, sampleAudiences, sampleCast } from '../feed/sample/cast.ts';
import { list } from '../rights/rights.ts';
import type { Db } from '../storage/storage.ts';
import type { NewEntry } from './module/entries.ts';
import { keyOf } from './people.ts';

interface Lesson {
  readonly by: SampleCastName;
  readonly to: SampleAudienceName;
  /** How many school days ago. */
  readonly ago: number;
  readonly text: string;
  /** What is to be done, and in how many school days from today. */
  readonly homework?: { readonly text: string; readonly in: number };
}

const lessons: readonly Lesson[] = [
  {
    by: 'tom',
    to: 'sixiemeA',
    ago: 4,
    text: 'Fractions : partager une unité.\nActivité 2 page 84, correction au tableau.',
  },
  {
    by: 'tom',
    to: 'sixiemeA',
    ago: 1,
    text: 'Fractions : comparer deux fractions de même dénominateur. Trace écrite, deux exemples.',
    homework: { text: 'Exercices 12, 14 et 15 page 87. Apporter le compas.', in: 2 },
  },
  { by: 'tom', to: 'latinists', ago: 3, text: 'Les nombres romains : lire, écrire, additionner.' },
  {
    by: 'tania',
    to: 'sixiemeA',
    ago: 2,
    text: 'Le conte : les étapes du récit dans « La Belle et la Bête ».',
    homework: { text: 'Relire les pages 31 à 38. Relever les paroles de la Bête.', in: 3 },
  },
  { by: 'tania', to: 'sixiemeA', ago: 5, text: 'L’imparfait et le passé simple : à quoi chacun sert dans un récit.' },
  {
    by: 'theo',
    to: 'latinists',
    ago: 1,
    text: 'La fondation de Rome : lecture de la légende, vocabulaire de la cité.',
    homework: { text: 'Apprendre la première déclinaison au singulier.', in: 4 },
  },
  { by: 'olga', to: 'cinquiemeC', ago: 2, text: 'Symétrie centrale : construire le symétrique d’une figure.' },
  {
    by: 'lise',
    to: 'terminale',
    ago: 1,
    text: 'La liberté : être libre, est-ce faire ce que l’on veut ? Lecture d’Épictète, Manuel, I.',
    homework: { text: 'Rédiger une introduction et un plan détaillé.', in: 5 },
  },
  {
    by: 'denise',
    to: 'cm2',
    ago: 1,
    text: 'Lecture : « Le Tour du monde en quatre-vingts jours », chapitre 3.\nGéométrie : les quadrilatères.',
    homework: { text: 'Apprendre la poésie. Revoir la table de 7.', in: 2 },
  },
  { by: 'marc', to: 'ce1', ago: 1, text: 'Le son « oin ». Soustraire sans retenue.' },
];

/** The first entries of the logbooks, each by the teacher who keeps it. `subjectOf` gives a person's `sub` for the module. */
export async function firstEntries(
  db: Db,
  at: number,
  subjectOf: (person: string) => Promise<string>,
): Promise<NewEntry[]> {
  const entries: NewEntry[] = [];
  for (const lesson of lessons) {
    const author = await keyOf(db, lesson.by);
    const logbook = (await keptBy(db, author, at)).find(
      ({ audienceLabel }) => audienceLabel === sampleAudiences[lesson.to].label,
    );
    if (!logbook) throw new Error(`expected \`${lesson.by}\` to keep a logbook for \`${lesson.to}\``);
    const { givenName, familyName } = sampleCast[lesson.by];
    entries.push({
      logbook: logbook.id,
      author: await subjectOf(author),
      authorName: `${givenName} ${familyName}`,
      day: schoolDay(at, -lesson.ago),
      text: lesson.text,
      homework: lesson.homework && { text: lesson.homework.text, due: schoolDay(at, lesson.homework.in) },
    });
  }
  return entries;
}

async function keptBy(db: Db, person: string, at: number): Promise<NamedLogbook[]> {
  const kept = await list(db, { person, action: 'write', type: 'logbook', when: { at } });
  return listLogbooks(
    db,
    kept.map(({ id }) => id),
  );
}

/** The day so many school days from now: no lesson on Saturday or Sunday. */
export function schoolDay(at: number, away: number): string {
  const step = Math.sign(away);
  let day = dayOf(at);
  for (let left = Math.abs(away); left > 0; ) {
    day = dayOf(startOfDay(day) + 12 * 3_600_000 + step * 24 * 3_600_000);
    const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return day;
}
