// The measured process of the baselines: Préau from memory, cedar and casbin, over the facts of a few schools.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { type Enforcer, newEnforcer, newModelFromString } from 'casbin';
import { currentFacts, type Fact } from '../../src/facts/facts.ts';
import { openGraphs } from '../../src/rights/graph/graphs.ts';
import { may } from '../../src/rights/rights.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { openDatabase } from '../../src/storage/storage.ts';
import { quantile } from './print.ts';
import type { Check } from './workload.ts';

export interface EngineTimes {
  readonly name: string;
  readonly perSecond: number;
  /** By this process's own time on the processor. */
  readonly perCpuSecond: number;
  /** Microseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly wrong: number;
}

/** Of casbin: the cheapest comparison first. */
const MODEL = `[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act && g(r.sub, p.sub)`;

type Decide = (check: Check) => boolean | Promise<boolean>;

const [, , database = '', file = '', secondsText = '5'] = process.argv;
const { schools, checks }: { schools: string[]; checks: Check[] } = JSON.parse(readFileSync(file, 'utf8'));
const db = openDatabase(database);
const statements = await openStatements(db);
const graphs = openGraphs(db, { statements, memory: 2 ** 30, onError: () => undefined });
const books = new Map<string, RoleBook>();
const schoolOf = new Map<string, string>();
for (const school of schools) {
  const book = rolesIn(await currentFacts(db, { school, endingAfter: Date.now() }));
  books.set(school, book);
  for (const logbook of book.logbooks.keys()) schoolOf.set(logbook, school);
}
const results = [
  await measured('Préau, from memory', async ({ person, action, logbook }) => {
    const decision = await may(graphs, { person, action, resource: { type: 'logbook', id: logbook } });
    return decision.allowed;
  }),
  await measured('cedar-wasm', cedar()),
  await measured('node-casbin', await casbin()),
];
await new Promise((sent) => process.send?.(results, sent));
process.exit();

async function measured(name: string, decide: Decide): Promise<EngineTimes> {
  const times: number[] = [];
  let wrong = 0;
  let turn = 0;
  const run = async (seconds: number): Promise<{ perSecond: number; perCpuSecond: number }> => {
    const start = performance.now();
    const cpu = process.cpuUsage();
    let count = 0;
    for (let now = start; now < start + seconds * 1000; count += 1) {
      const one = checks[turn++ % checks.length]!;
      if ((await decide(one)) !== one.expected) wrong += 1;
      const after = performance.now();
      times.push((after - now) * 1000);
      now = after;
    }
    const { user, system } = process.cpuUsage(cpu);
    return {
      perSecond: count / ((performance.now() - start) / 1000),
      perCpuSecond: count / ((user + system) / 1e6),
    };
  };
  await run(Number(secondsText) / 2);
  times.length = 0;
  const rates = await run(Number(secondsText));
  return { name, ...rates, p50: quantile(times, 0.5), p95: quantile(times, 0.95), wrong };
}

/** A school as roles: who has which, and which may read or write what. */
interface RoleBook {
  readonly roles: ReadonlyMap<string, ReadonlySet<string>>;
  readonly logbooks: ReadonlyMap<string, { readonly readers: readonly string[]; readonly writers: readonly string[] }>;
}

function rolesIn(facts: readonly Fact[]): RoleBook {
  const now = Date.now();
  const live = facts.filter(({ validFrom, validTo }) => validFrom <= now && now < validTo);
  const all = (relation: Fact['relation']) => live.filter((fact) => fact.relation === relation);
  const roles = new Map<string, Set<string>>();
  const give = (person: string, role: string) => roles.set(person, (roles.get(person) ?? new Set()).add(role));
  const classOf = new Map<string, string>();
  for (const { subject, object } of all('enrolled')) {
    give(subject, `pupils of ${object}`);
    classOf.set(subject, object);
  }
  for (const { subject, object } of all('guards')) give(subject, `parents of ${classOf.get(object)}`);
  for (const { subject, object } of all('teaches')) give(subject, `team of ${object}`);
  for (const relation of ['heads', 'deputises'] as const)
    for (const { subject, object } of all(relation)) give(subject, `direction of ${object}`);
  const logbooks = new Map<string, { readers: string[]; writers: string[] }>();
  for (const { subject, object } of all('audience'))
    logbooks.set(subject, {
      readers: [`pupils of ${object}`, `parents of ${object}`, `team of ${object}`],
      writers: [],
    });
  for (const { subject, object } of all('ofSchool')) logbooks.get(subject)?.readers.push(`direction of ${object}`);
  for (const relation of ['granted', 'inspects'] as const)
    for (const { subject, object } of all(relation)) {
      give(subject, `guest of ${object}`);
      logbooks.get(object)?.readers.push(`guest of ${object}`);
    }
  for (const { subject, object } of all('owns')) {
    give(subject, `owner of ${object}`);
    logbooks.get(object)?.writers.push(`owner of ${object}`);
  }
  return { roles, logbooks };
}

/** Policies are parsed once; the two entities of a question are made beforehand, with their roles and readers. */
function cedar(): Decide {
  // its ES module does not load its own wasm in Node
  const engine: typeof Cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs');
  const policies = `permit(principal, action == Action::"read", resource) when { principal in resource.readers };
permit(principal, action == Action::"write", resource) when { principal in resource.writers };`;
  engine.preparsePolicySet('logbooks', { staticPolicies: policies });
  const roleOf = (id: string) => ({ type: 'Role', id });
  const refer = (id: string) => ({ __entity: roleOf(id) });
  const people = new Map<string, Map<string, Cedar.EntityJson>>();
  const logbooks = new Map<string, Cedar.EntityJson>();
  for (const [school, book] of books) {
    people.set(
      school,
      new Map(
        [...book.roles].map(([id, roles]) => [
          id,
          { uid: { type: 'User', id }, attrs: {}, parents: [...roles].map(roleOf) },
        ]),
      ),
    );
    for (const [id, { readers, writers }] of book.logbooks)
      logbooks.set(id, {
        uid: { type: 'Logbook', id },
        attrs: { readers: readers.map(refer), writers: writers.map(refer) },
        parents: [],
      });
  }
  return ({ person, action, logbook }) => {
    const stranger = { uid: { type: 'User', id: person }, attrs: {}, parents: [] };
    const answer = engine.statefulIsAuthorized({
      principal: { type: 'User', id: person },
      action: { type: 'Action', id: action },
      resource: { type: 'Logbook', id: logbook },
      context: {},
      preparsedPolicySetId: 'logbooks',
      entities: [people.get(schoolOf.get(logbook)!)!.get(person) ?? stranger, logbooks.get(logbook)!],
    });
    return answer.type === 'success' && answer.response.decision === 'allow';
  };
}

/** One enforcer for each school. */
async function casbin(): Promise<Decide> {
  const enforcers = new Map<string, Enforcer>();
  for (const [school, { roles, logbooks }] of books) {
    const enforcer = await newEnforcer(newModelFromString(MODEL));
    await enforcer.addGroupingPolicies([...roles].flatMap(([person, held]) => [...held].map((role) => [person, role])));
    await enforcer.addPolicies(
      [...logbooks].flatMap(([logbook, { readers, writers }]) => [
        ...readers.map((role) => [role, logbook, 'read']),
        ...writers.map((role) => [role, logbook, 'write']),
      ]),
    );
    enforcers.set(school, enforcer);
  }
  return ({ person, action, logbook }) => enforcers.get(schoolOf.get(logbook)!)!.enforceSync(person, logbook, action);
}
