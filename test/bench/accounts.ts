// Accounts: password logins a second and at half load, the first morning of a school year, and the reset of every pupil at once.
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueActivation } from '../../src/accounts/accounts.ts';
import { findPerson } from '../../src/directory/persons.ts';
import { resetPupils } from '../../src/oidc/reset-pupils.ts';
import { type Db, inPieces, migrate, openDatabase } from '../../src/storage/storage.ts';
import { cores, moveTo } from './children.ts';
import { Browser, Connection, drive, expectStatus } from './load.ts';
import { errorsOf, metered, type Pace } from './metered.ts';
import { type Client, discover, type Endpoints, fillForm, signIn } from './oidc-flows.ts';
import { openPreau, PASSWORD, type Preau } from './preau.ts';
import { fixed, mebibytes, median, quantile, say, table, title, whole } from './print.ts';

const CONNECTIONS = 16;
const WARM = 3;

/** 5,000 accounts in ten minutes: what is asked of two cores. */
const MORNING = 5_000 / 600;
/** Seconds at that rate: a part of the morning, which is the same all along. */
const PART = 30;

const PUPILS = 300_000;
const SCHOOLS = 300;
/** One pupil in ten is signed in, in one module. */
const SIGNED_IN = 10;

export async function benchAccounts(pace: Pace): Promise<void> {
  title('Accounts: password logins, the first morning, and the reset of every pupil');
  const wanted = process.env.BENCH_ONLY;
  if (wanted !== 'reset') await signIns(pace);
  if (!wanted || wanted === 'reset') await resetEverybody();
}

async function signIns(pace: Pace): Promise<void> {
  const preau = await openPreau({ schools: 3, modules: 1, accounts: 64 });
  try {
    const newcomers = await invite(preau, Math.ceil(MORNING * PART));
    const child = await preau.serve(undefined);
    const connections = Array.from({ length: CONNECTIONS }, () => new Connection(preau.origin));
    const endpoints = await discover(connections[0]!);
    const [module] = preau.clients.modules;
    await logins({ preau, connections, endpoints, module: module!, child }, pace);
    await morning(newcomers, { connections, endpoints, module: module!, child });
    say(`\nResident memory of the server at the end: ${mebibytes((await child.meter()).memory)}.`);
    for (const connection of connections) connection.close();
    await child.stop();
  } finally {
    preau.close();
  }
}

interface Side {
  readonly connections: readonly Connection[];
  readonly endpoints: Endpoints;
  readonly module: Client;
  readonly child: Awaited<ReturnType<Preau['serve']>>;
}

/** As many as it takes, then half of that. Server and load share the cores, as they do on a small machine. */
async function logins({ preau, ...side }: Side & { preau: Preau }, pace: Pace): Promise<void> {
  let turn = 0;
  const login = (worker: number) => {
    turn += 1;
    const browser = new Browser(side.connections[worker % CONNECTIONS]!);
    return preau.signIn(browser, side.endpoints, turn, side.module);
  };
  await drive(CONNECTIONS, WARM, login);
  const full = [];
  for (let round = 0; round < pace.rounds; round += 1)
    full.push(await metered(side.child, login, { seconds: pace.seconds, connections: CONNECTIONS }));
  const rate = median(full.map((run) => run.rate));
  const half = await paced(rate / 2, Math.max(10, pace.seconds * pace.rounds), login);
  say();
  table(
    ['password login, whole way', 'logins/s', 'p50 ms', 'p95 ms', 'CPU ms each', 'errors'],
    [
      [
        'as many as it takes',
        fixed(rate, 1),
        fixed(median(full.map(({ run }) => run.p50)), 1),
        fixed(median(full.map(({ run }) => run.p95)), 1),
        fixed(median(full.map(({ cpu }) => cpu)), 1),
        errorsOf(full),
      ],
      ['at half that rate', fixed(rate / 2, 1), fixed(half.p50, 1), fixed(half.p95, 1), '', String(half.errors)],
    ],
  );
}

interface Newcomer {
  readonly code: string;
  readonly check: string;
  readonly identifier: string;
}

/** Codes for people who have none yet. */
async function invite(preau: Preau, count: number): Promise<Newcomer[]> {
  const db = openDatabase(preau.database);
  try {
    const newcomers: Newcomer[] = [];
    for (const person of preau.workload.everyone().slice(-count)) {
      const { code } = await issueActivation(db, { person, actor: 'system', at: Date.now() });
      const { birthDate, familyName } = await findPerson(db, person);
      newcomers.push({ code, check: birthDate ?? familyName, identifier: `arrivant.${newcomers.length}` });
    }
    return newcomers;
  } finally {
    await db.destroy();
  }
}

/** Each opens an account by its code, then signs in and reads the notice, at the pace of a first morning. */
async function morning(newcomers: readonly Newcomer[], side: Side): Promise<void> {
  const before = await side.child.meter();
  const run = await paced(MORNING, newcomers.length / MORNING, async (turn) => {
    const { code, check, identifier } = newcomers[turn]!;
    const browser = new Browser(new Connection(side.connections[0]!.origin.href));
    const first = await browser.go('/activation');
    const second = await fillForm(browser, pageOf(first), { code, check });
    const done = await fillForm(browser, pageOf(second), { login: identifier, password: PASSWORD });
    pageOf(done);
    await signIn(browser, {
      endpoints: side.endpoints,
      client: side.module,
      scope: 'openid',
      answerPages: (at, page) =>
        fillForm(at, page, page.text.includes('name="password"') ? { login: identifier, password: PASSWORD } : {}),
    });
    browser.connection.close();
  });
  const after = await side.child.meter();
  say();
  table(
    ['the first morning', 'accounts', 'p50 ms', 'p95 ms', 'CPU ms each', 'errors'],
    [
      [
        `activation and first login, ${fixed(MORNING, 1)}/s for ${PART} s (5,000 would take ten minutes)`,
        whole(run.done),
        fixed(run.p50, 1),
        fixed(run.p95, 1),
        fixed((after.cpu - before.cpu) / run.done, 1),
        run.firstError === undefined ? '0' : `${run.errors}: ${run.firstError}`,
      ],
    ],
  );
}

function pageOf({ page, path }: Awaited<ReturnType<Browser['go']>>): { path: string; text: string } {
  if (!page) throw new Error('a page was expected');
  return { path, text: expectStatus(page, 200).text };
}

/** Begins a step at each beat, whether or not the earlier ones have ended: who waits is counted as waiting. */
async function paced(
  perSecond: number,
  seconds: number,
  step: (turn: number) => Promise<unknown>,
): Promise<{ done: number; errors: number; firstError?: string; p50: number; p95: number }> {
  const times: number[] = [];
  const failed: string[] = [];
  const under: Promise<void>[] = [];
  const start = performance.now();
  for (let turn = 0; turn < Math.floor(perSecond * seconds); turn += 1) {
    const due = start + (turn * 1000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    under.push(
      step(turn).then(
        () => void times.push(performance.now() - due),
        (error: unknown) => void failed.push(error instanceof Error ? error.message : String(error)),
      ),
    );
  }
  await Promise.all(under);
  const [firstError] = failed;
  return {
    done: times.length,
    errors: failed.length,
    ...(firstError !== undefined && { firstError }),
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
  };
}

/** Every pupil of an academy: passwords void, sessions and grants gone, on an SQLite file. */
async function resetEverybody(): Promise<void> {
  moveTo(cores?.server);
  const folder = await mkdtemp(join(tmpdir(), 'preau-bench-'));
  const db = openDatabase(join(folder, 'preau.sqlite'));
  try {
    await migrate(db);
    await fillPupils(db);
    const memory = process.memoryUsage().rss;
    const start = performance.now();
    let longest = 0;
    let last = start;
    const done = await resetPupils(db, {
      academy: 'A',
      actor: 'system',
      at: Date.now(),
      onSchool: () => {
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      },
    });
    const took = (performance.now() - start) / 1000;
    const left = await Promise.all(['credential', 'oidc_session', 'oidc_grant'].map((name) => rowsOf(db, name)));
    say();
    table(
      ['reset of every pupil', 'accounts', 'sessions', 'seconds', 'longest school, ms', 'memory more', 'left'],
      [
        [
          `${SCHOOLS} schools, on disk`,
          whole(done.accounts),
          whole(PUPILS / SIGNED_IN),
          fixed(took, 1),
          fixed(longest, 0),
          mebibytes(process.memoryUsage().rss - memory),
          String(left.reduce((sum, one) => sum + one)),
        ],
      ],
    );
  } finally {
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
    moveTo(undefined);
  }
}

async function rowsOf(db: Db, name: string): Promise<number> {
  return Number((await db(name).count({ rows: '*' }).first())?.rows);
}

async function fillPupils(db: Db): Promise<void> {
  const each = PUPILS / SCHOOLS;
  const at = Date.now() - 1000;
  const facts = { relation: 'attends', valid_from: 0, valid_to: 253402300800000, known_from: 1 };
  const told = { known_to: Number.MAX_SAFE_INTEGER, source: 'aaf2d', actor: 'bench', properties: '{}' };
  const payload = Buffer.alloc(400, 1);
  await db('oidc_module').insert({ id: 'm', sheet: '{}', added_at: at });
  for (let school = 0; school < SCHOOLS; school += 1) {
    const uai = `${String(school).padStart(7, '0')}A`;
    const keys = Array.from({ length: each }, (_, pupil) => `${uai}-${String(pupil).padStart(4, '0')}`);
    const signedIn = keys.filter((_key, place) => place % SIGNED_IN === 0);
    const rows: Record<string, object[]> = {
      school: [{ uai, name: uai, kind: 'collège', degree: 2, academy: 'A', year_start: '08-15', zone: 'Europe/Paris' }],
      person: keys.map((id) => ({ id, given_name: 'A', family_name: 'B', created_at: at, updated_at: at })),
      fact: keys.map((subject) => ({ school: uai, subject, object: uai, ...facts, ...told })),
      account: keys.map((person) => ({
        person,
        identifier: person.toLowerCase(),
        state: 'active',
        epoch: 0,
        opened_at: at,
        changed_at: at,
      })),
      credential: keys.map((person) => ({
        person,
        kind: 'password',
        secret: '$argon2id$'.padEnd(96, 'x'),
        set_at: at,
      })),
      oidc_session: signedIn.map((account) => ({ id: account, uid: account, account, payload, expires_at: at * 2 })),
      oidc_session_client: signedIn.map((uid) => ({ uid, client: 'm', grant_id: uid, payload, created_at: at })),
      oidc_grant: signedIn.map((account) => ({ id: account, account, client: 'm', payload, expires_at: at * 2 })),
    };
    await db.transaction(async (tx) => {
      for (const [name, list] of Object.entries(rows)) for (const piece of inPieces(list)) await tx(name).insert(piece);
    });
  }
}
