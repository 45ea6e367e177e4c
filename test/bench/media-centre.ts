// The media centre: a pupil with many resources opens its page, and an ENT asks for the same list.
import { openAccount } from '../../src/accounts/accounts.ts';
import { addModule } from '../../src/oidc/modules.ts';
import { openSubjects } from '../../src/oidc/subjects.ts';
import { openStatements } from '../../src/storage/statements.ts';
import { cores, moveTo } from './children.ts';
import { Browser, Connection, expectStatus } from './load.ts';
import { errorsOf, type Metered, metered, type Pace } from './metered.ts';
import { type Client, discover, type Endpoints, fillForm, machineToken, signIn } from './oidc-flows.ts';
import { PASSWORD, type Preau } from './preau.ts';
import { fixed, median, say, table, whole } from './print.ts';

const ENT = 'B0';

/** Pupils of one school, all of whom may open the same number of resources; none has an account yet. */
export interface Pupils {
  /** A UAI. */
  readonly school: string;
  readonly persons: readonly string[];
  readonly resources: number;
}

/** One pupil at a time, then all of them at once. */
export async function benchMediaCentre(preau: Preau, pace: Pace, pupils: Pupils): Promise<void> {
  const { persons, resources, school } = pupils;
  const { client, subjects } = await openFor(preau, pupils);
  const child = await preau.serve(cores?.server);
  moveTo(cores?.load);
  const connections = persons.map(() => new Connection(preau.origin));
  try {
    const browsers = connections.map((connection) => new Browser(connection, { accept: 'text/html' }));
    const endpoints = await discover(connections[0]!);
    for (const [place, browser] of browsers.entries())
      await enter(browser, endpoints, preau.clients.modules[0]!, loginOf(place));
    const token = await machineToken(connections[0]!, endpoints, client, 'resource_list');
    const page = async (worker: number) => {
      const { page } = await browsers[worker]!.go('/resources');
      if (page?.text.split('/domaineGar?').length !== resources + 1) throw new Error('the page has not all of them');
    };
    const list = async (worker: number) => {
      const path = `/api/v1/ressources/${ENT}/${school}/${subjects[worker]}`;
      const answer = await connections[worker]!.send(path, { headers: { authorization: `Bearer ${token}` } });
      const { listeRessources } = JSON.parse(expectStatus(answer, 200).text);
      if (listeRessources.ressource.length !== resources) throw new Error('the list has not all of them');
    };
    const rows: string[][] = [];
    for (const count of [1, persons.length])
      for (const [name, step] of [
        ['the page', page],
        ['the list, for an ENT', list],
      ] as const) {
        const runs: Metered[] = [];
        for (let round = 0; round < pace.rounds; round += 1)
          runs.push(await metered(child, step, { seconds: pace.seconds, connections: count }));
        const times = (['p50', 'p95', 'p99'] as const).map((at) => fixed(median(runs.map(({ run }) => run[at])), 1));
        rows.push([name, String(count), whole(median(runs.map(({ rate }) => rate))), ...times, errorsOf(runs)]);
      }
    say(`\nThe media centre of a pupil with ${resources} resources, asked anew each time:\n`);
    table(['', 'at once', 'a second', 'p50 ms', 'p95 ms', 'p99 ms', 'wrong'], rows);
  } finally {
    moveTo(undefined);
    for (const connection of connections) connection.close();
    await child.stop();
  }
}

const loginOf = (place: number): string => `centre.${place}`;

/** Accounts of the pupils, and an ENT that shows what they have. */
function openFor(preau: Preau, { persons }: Pupils): Promise<{ client: Client; subjects: readonly string[] }> {
  return preau.open(async (db, config) => {
    const act = { actor: 'system', at: Date.now() };
    for (const [place, person] of persons.entries())
      await openAccount(db, { person, identifier: loginOf(place), password: PASSWORD, ...act });
    const sheet = { name: 'ENT', purpose: 'Mesurer la vitesse du service.', responsible: 'Le banc de mesure' };
    const asks = { id: 'ent', scopes: ['resource_list'], ent: ENT, redirectUris: [], schools: 'all' } as const;
    const { module, secret = '' } = await addModule(db, { ...sheet, ...asks }, act);
    const statements = await openStatements(db);
    const named = openSubjects(statements, config.keyFor('subjects'));
    const subjects: string[] = [];
    for (const person of persons) subjects.push(await named.of(module.id, person));
    await statements.close();
    return { client: { id: module.id, secret }, subjects };
  });
}

/** Signs in through a module; its notice, where it is shown, is read. */
async function enter(browser: Browser, endpoints: Endpoints, client: Client, login: string): Promise<void> {
  await signIn(browser, {
    endpoints,
    client,
    scope: 'openid',
    answerPages: (at, page) =>
      fillForm(at, page, page.text.includes('name="password"') ? { login, password: PASSWORD } : {}),
  });
}
