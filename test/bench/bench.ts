// `npm run bench [section ...] [--rounds N] [--seconds N]`: figures and ratios to read, never a pass or a fail.
import { parseArgs } from 'node:util';
import { benchAccounts } from './accounts.ts';
import { benchGarExport } from './gar-export.ts';
import { benchImport } from './import.ts';
import { benchLaunches } from './launches.ts';
import { benchLetters } from './letters.ts';
import { benchLicences } from './licences.ts';
import type { Pace } from './metered.ts';
import { benchOidc } from './oidc.ts';
import { machine, say } from './print.ts';
import { benchRights } from './rights.ts';
import { benchStart } from './start.ts';

const sections: Readonly<Record<string, (pace: Pace) => Promise<void>>> = {
  start: benchStart,
  oidc: benchOidc,
  accounts: benchAccounts,
  rights: benchRights,
  import: benchImport,
  letters: benchLetters,
  'gar-export': benchGarExport,
  licences: benchLicences,
  launches: benchLaunches,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '12' }, seconds: { type: 'string', default: '1.5' } },
});
const unknown = positionals.filter((name) => !(name in sections));
if (unknown.length > 0) throw new Error(`no section \`${unknown.join('`, `')}\`: ${Object.keys(sections).join(', ')}`);

say(`Préau, measured on ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC: ${machine()}`);
for (const [name, run] of Object.entries(sections))
  if (positionals.length === 0 || positionals.includes(name))
    await run({ rounds: Number(values.rounds), seconds: Number(values.seconds) });
