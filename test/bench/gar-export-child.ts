// An academy written straight into a database, then its export to the national GAR: each in a process of its own.
import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { writeExport } from '../../src/export/export.ts';
import { addSchools } from '../../src/export/schools.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { FOREVER, migrate, openDatabase } from '../../src/storage/storage.ts';

/** What the parent passes as the one argument, in JSON. */
export interface Task {
  readonly phase: 'build' | 'export';
  readonly pupils: number;
  readonly folder: string;
}

export interface Done {
  readonly seconds: number;
  /** Seconds of processor time. */
  readonly cpu: number;
  /** Resident memory before, and the most of it, bytes. */
  readonly before: number;
  readonly peak: number;
  readonly nodes: number;
  readonly files: number;
  /** Bytes of the archive, and of the XML inside. */
  readonly archive: number;
  readonly xml: number;
}

const PUPILS_OF_A_SCHOOL = 1000;
const ENT = 'BENCH';

const task = JSON.parse(process.argv[2] ?? '{}') as Task;
const db = openDatabase(`${task.folder}/gar-${task.pupils}.sqlite`);
const at = Date.now();
if (task.phase === 'build') await build();
else process.send?.(await measure());
await db.destroy();
if (task.phase === 'build') process.send?.('built');

async function measure(): Promise<Done> {
  const before = process.memoryUsage.rss();
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const wanted = { ent: ENT, key: Buffer.alloc(32, 1), at, degree: 2, folder: task.folder, by: 'operator' } as const;
  const { written } = await writeExport(db, wanted);
  if (!written) throw new Error('nothing was written');
  const { user, system } = process.cpuUsage(cpu);
  const [seconds, peak] = [(performance.now() - began) / 1000, process.resourceUsage().maxRSS * 1024];
  return {
    seconds,
    cpu: (user + system) / 1e6,
    before,
    peak,
    nodes: written.files.reduce((sum, file) => sum + file.nodes, 0),
    files: written.files.length,
    archive: statSync(written.archive).size,
    xml: gunzipSync(readFileSync(written.archive)).length,
  };
}

type Row = readonly (string | number | null)[];

/** Schools of a thousand pupils: forty classes, forty groups, eighty teachers who teach two subjects to four of them. */
async function build(): Promise<void> {
  await migrate(db);
  const statements = await openStatements(db);
  const insert = async (table: string, columns: readonly string[], rows: readonly Row[]): Promise<void> => {
    const values = columns.map((_, index) => `value ->> ${index}`).join(', ');
    await statements.run(`insert into ${table} (${columns.join(', ')}) select ${values} from json_each(?)`, [
      JSON.stringify(rows),
    ]);
  };
  const schools: string[] = [];
  for (let number = 0; number * PUPILS_OF_A_SCHOOL < task.pupils; number += 1) {
    const school = `${String(990_000 + number).padStart(7, '0')}A`;
    schools.push(school);
    const world = worldOf(school);
    await insert('school', ['uai', 'name', 'kind', 'degree', 'academy', 'year_start', 'zone'], world.schools);
    await insert('audience', ['id', 'school', 'year', 'kind', 'code', 'label'], world.audiences);
    const people = ['id', 'given_name', 'family_name', 'email', 'created_at', 'updated_at'];
    await insert('person', people, world.persons);
    await insert('pupil_level', ['school', 'person', 'level', 'label'], world.levels);
    const columns = ['school', 'relation', 'subject', 'object', 'properties'];
    const rest = [at - 1000, FOREVER, 1, Number.MAX_SAFE_INTEGER, 'aaf2d', 'bench'];
    const times = ['valid_from', 'valid_to', 'known_from', 'known_to', 'source', 'actor'];
    await insert(
      'fact',
      [...columns, ...times],
      world.facts.map((row) => [...row, ...rest]),
    );
  }
  await statements.close();
  await addSchools(db, { ent: ENT, schools, by: 'operator', at });
}

function worldOf(school: string) {
  const pupils = Array.from({ length: PUPILS_OF_A_SCHOOL }, (_, index) => `${school}-p${index}`);
  const teachers = Array.from({ length: 80 }, (_, index) => `${school}-t${index}`);
  const audience = (kind: 'class' | 'group', index: number) => `${school}-${kind}-${index % 40}`;
  const audiences = (['class', 'group'] as const).flatMap((kind) =>
    Array.from(
      { length: 40 },
      (_, index): Row => [audience(kind, index), school, 2026, kind, `${kind[0]}${index}`, `Libellé ${index}`],
    ),
  );
  const person = (id: string, index: number): Row => [id, 'Élodie', `Lefèvre-${index}`, `${id}@ac-bench.fr`, at, at];
  const facts: Row[] = [
    [school, 'connected', school, school, '{"agreement":"bench"}'],
    [school, 'heads', teachers[0]!, school, '{}'],
    ...pupils.map((id): Row => [school, 'attends', id, school, '{}']),
    ...pupils.map((id, index): Row => [school, 'enrolled', id, audience('class', index), '{}']),
    ...pupils.map((id, index): Row => [school, 'enrolled', id, audience('group', index * 7), '{}']),
    ...teachers.map((id): Row => [school, 'post', id, school, '{"function":"teacher"}']),
    ...teachers.flatMap((id, index) =>
      [0, 1, 2, 3].map((turn): Row => {
        const taught = audience(turn % 2 === 0 ? 'class' : 'group', index * 4 + turn);
        return [school, 'teaches', id, taught, `{"subject":"06${1300 + (turn % 2)}"}`];
      }),
    ),
  ];
  return {
    schools: [[school, 'Collège de la mesure', 'collège', 2, '099', '08-15', 'Europe/Paris']] satisfies Row[],
    audiences,
    persons: [...pupils, ...teachers].map(person),
    levels: pupils.map((id): Row => [school, id, '10010012110', '6EME']),
    facts,
  };
}
