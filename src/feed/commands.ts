// The commands of the delivery door: write a sample of an export.
import { parseArgs } from 'node:util';
import type { Command } from '../command.ts';
import { Refusal } from '../errors.ts';
import { writeSampleFeed } from './sample/sample.ts';

const SAMPLE_USAGE = 'preau sample-feed DOSSIER [--schools N] [--seed N] [--academy CODE] [--date AAAAMMJJ]';

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
