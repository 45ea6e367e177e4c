// The commands of the delivery door: apply an export, write a sample of one.
import { parseArgs } from 'node:util';
import type { Command, CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import { type Follow, importFeed } from './feed.ts';
import type { Departure } from './guard.ts';
import { departuresInFrench, inFrench } from './report.ts';
import { writeSampleFeed } from './sample/sample.ts';

const FEED_USAGE = 'preau feed CHEMIN [--dry-run] [--accept] [--same ID,ID] [--json]';
const SAMPLE_USAGE = 'preau sample-feed DOSSIER [--schools N] [--seed N] [--academy CODE] [--date AAAAMMJJ]';

/** `preau feed PATH`: applies a Complet of either degree, with what follows from it elsewhere, and reports. */
export async function feedCommand({ db, args, print }: CommandContext, follow?: Follow): Promise<void> {
  const { values, positionals } = parsed(FEED_USAGE, () =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'dry-run': { type: 'boolean', default: false },
        accept: { type: 'boolean', default: false },
        same: { type: 'string', default: '' },
        json: { type: 'boolean', default: false },
      },
    }),
  );
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new Refusal('bad_argument', `usage: ${FEED_USAGE}`);
  try {
    const { 'dry-run': dryRun, accept } = values;
    const same = values.same.split(',').filter(Boolean);
    const options = { path, at: Date.now(), dryRun, accept, same, actor: 'system', follow };
    const report = await importFeed(db, options);
    for (const line of values.json ? [JSON.stringify(report)] : inFrench(report)) print(line);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'feed_held') throw error;
    if (values.json) print(JSON.stringify({ refused: error.code, ...error.details }));
    else for (const line of heldInFrench(error.details.departures as readonly Departure[])) print(line);
    throw error;
  }
}

function heldInFrench(departures: readonly Departure[]): string[] {
  return [
    'L’export est retenu : rien n’a été appliqué.',
    ...departuresInFrench(departures),
    'Relisez, puis relancez avec --accept si ces départs sont voulus (--dry-run montre tout).',
  ];
}

/** `preau sample-feed OUT`: an invented academy, as the state would export it. */
export const sampleFeedCommand: Command = async ({ args, print }) => {
  const { values, positionals } = parsed(SAMPLE_USAGE, () =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        schools: { type: 'string', default: '10' },
        seed: { type: 'string', default: '1' },
        academy: { type: 'string' },
        date: { type: 'string' },
      },
    }),
  );
  const [out, ...more] = positionals;
  if (out === undefined || more.length > 0) throw new Refusal('bad_argument', `usage: ${SAMPLE_USAGE}`);
  const { schools, seed, academy, date } = values;
  const report = await writeSampleFeed(out, { schools: Number(schools), seed: Number(seed), academy, date });
  print(`Second degré : ${report.folders.secondDegree}`);
  print(`Premier degré : ${report.folders.firstDegree}`);
  print(
    `${report.schools} écoles et établissements, ${report.pupils} élèves, ${report.relatives} fiches de responsables, ${report.staff} personnels`,
  );
};

function parsed<T>(usage: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Refusal('bad_argument', `${(error as Error).message}; usage: ${usage}`);
  }
}
