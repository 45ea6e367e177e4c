// A past day is asked by the rules of that day, and a logged decision comes out again as it was, whatever came after.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDecisionLog } from '../../src/audit/decisions.ts';
import { Refusal } from '../../src/errors.ts';
import { changeFacts, currentFacts } from '../../src/facts/facts.ts';
import { documentOf, presentDocument, presentVersion, versionOf } from '../../src/rights/document.ts';
import { explain } from '../../src/rights/explain.ts';
import { whoBetween } from '../../src/rights/history.ts';
import { policyCommand, replayCommand } from '../../src/rights/policy-commands.ts';
import { replay } from '../../src/rights/replay.ts';
import { type Decision, list, may, type When, who } from '../../src/rights/rights.ts';
import { activatePolicy } from '../../src/rights/versions.ts';
import type { Db } from '../../src/storage/storage.ts';
import { COLLEGE, logbookOf, NOW } from '../cast.ts';
import { engines, type TestDatabase } from '../databases.ts';
import { keyOf, openSchool } from './school.ts';

const DAY = 86_400_000;

interface Named {
  name: string;
}

/** The rules without one of those that let a logbook be read. */
function without(rule: string): string {
  const { rules } = JSON.parse(presentDocument);
  rules.logbook.read.allow = rules.logbook.read.allow.filter(({ name }: Named) => name !== rule);
  return documentOf(rules);
}

const noPupils = without('pupil');
const noTeam = without('team');

const people = ['tom', 'tania', 'olga', 'paul', 'zoe', 'paula', 'gina', 'helene', 'berthe', 'fleur', 'nobody'] as const;

describe.each(engines)('a past decision on $name', ({ open }) => {
  let base: TestDatabase;
  let db: Db;
  let resource: { type: 'logbook'; id: string };
  const keys = new Map<string, string>();
  const ask = (name: string, when: When): Promise<Decision> =>
    may(db, { person: keys.get(name)!, action: 'read', resource, when });

  beforeAll(async () => {
    base = await open();
    db = base.db;
    await openSchool(db);
    resource = { type: 'logbook', id: await logbookOf(db, COLLEGE, '6A', 'MATHS') };
    for (const name of people) keys.set(name, await keyOf(db, name));
  });
  afterAll(() => base.close());

  /** Logs what each person is told at an instant, by the rules of a version. */
  const logAll = async (at: number, policy: string): Promise<Map<string, string>> => {
    const log = openDecisionLog(db, { policy, sample: 1, everyMs: 60_000 });
    const ids = new Map<string, string>();
    const [{ revision: head }] = await db('fact_head').where({ school: COLLEGE });
    for (const name of people) {
      const { allowed, rule, revision } = await ask(name, { decidedAt: at, revision: Number(head), policy });
      ids.set(
        name,
        log.record({
          kind: 'evaluation',
          at,
          request: 'request-1',
          client: 'logbook',
          subject: keys.get(name),
          action: 'read',
          type: 'logbook',
          resource: resource.id,
          allowed,
          rule,
          revision,
        })!,
      );
    }
    await log.close();
    return ids;
  };

  const run = async (command: typeof replayCommand, ...args: string[]): Promise<string> => {
    const lines: string[] = [];
    await command({ config: {} as never, db, args, print: (line) => lines.push(line) });
    return lines.join('\n');
  };

  it('comes out as the live answer of its instant, for everybody', async () => {
    const ids = await logAll(NOW, presentVersion);
    for (const name of people) {
      const live = await ask(name, { at: NOW });
      const { logged, replayed, same } = await replay(db, ids.get(name)!);
      expect({ name, same, told: logged.allowed }).toEqual({ name, same: true, told: live.allowed });
      expect(replayed?.reasons.map(({ rule }) => rule)).toEqual(live.reasons.map(({ rule }) => rule));
    }
    expect((await ask('paul', { at: NOW })).allowed).toBe(true);
    expect((await ask('zoe', { at: NOW })).allowed).toBe(false);
  });

  it('comes out the same after the facts have changed, corrected ones too, and after the rules have', async () => {
    await activatePolicy(db, { at: NOW - DAY, actor: 'system' });
    const before = await logAll(NOW, presentVersion);
    const told = await Promise.all(people.map(async (name) => (await ask(name, { at: NOW })).allowed));
    const end = (
      await currentFacts(db, { school: COLLEGE, relations: ['enrolled', 'heads', 'teaches', 'guards'] })
    ).filter(({ subject }) => [...keys.values()].includes(subject));
    const begin = [
      { relation: 'barred', subject: keys.get('tom')!, object: resource.id },
      { relation: 'heads', subject: keys.get('berthe')!, object: COLLEGE, validFrom: NOW - 2 * DAY },
    ] as const;
    await changeFacts(db, { school: COLLEGE, at: NOW + DAY, source: 'local', actor: 'test', end, begin });
    await activatePolicy(db, { at: NOW + 2 * DAY, actor: 'system', document: noTeam });
    const now = await Promise.all(people.map(async (name) => (await ask(name, { at: NOW + 3 * DAY })).allowed));
    expect(now).not.toEqual(told);
    for (const [place, name] of people.entries()) {
      const { logged, replayed, same } = await replay(db, before.get(name)!);
      expect({ name, same, now: replayed?.allowed }).toEqual({ name, same: true, now: logged.allowed });
      expect(logged.allowed).toBe(told[place]);
    }
    const after = await logAll(NOW + 3 * DAY, versionOf(noTeam));
    for (const name of people) expect(await replay(db, after.get(name)!)).toMatchObject({ same: true });
    for (const name of people) expect(await replay(db, before.get(name)!)).toMatchObject({ same: true });
  });

  it('differs when it is not what the rules of its version give', async () => {
    const log = openDecisionLog(db, { policy: versionOf(noPupils), sample: 1, everyMs: 60_000 });
    await activatePolicy(db, { at: NOW + 4 * DAY, actor: 'system', document: noPupils });
    const { revision } = await ask('paul', { enforcedOn: NOW });
    const entry = {
      kind: 'evaluation',
      at: NOW,
      subject: keys.get('paul'),
      action: 'read',
      type: 'logbook',
      resource: resource.id,
      revision,
    } as const;
    const ids = {
      lie: log.record({ ...entry, allowed: true, rule: 'pupil' }),
      otherRule: log.record({ ...entry, subject: keys.get('tom'), allowed: true, rule: 'head' }),
      true: log.record({ ...entry, allowed: false }),
      gated: log.record({ ...entry, subject: keys.get('tom'), allowed: false, rule: 'owner', gate: 'not_served' }),
      unknown: log.record({ ...entry, subject: undefined, allowed: false, gate: 'unknown', revision: undefined }),
      search: log.record({ ...entry, kind: 'subjects', results: 3 }),
      elsewhere: log.record({ ...entry, allowed: false, revision: `${COLLEGE}:99999` }),
    };
    await log.close();
    expect(await replay(db, ids.lie!)).toMatchObject({ same: false, replayed: { allowed: false } });
    expect(await replay(db, ids.otherRule!)).toMatchObject({ same: false, replayed: { allowed: true } });
    expect(await replay(db, ids.true!)).toMatchObject({ same: true });
    expect(await replay(db, ids.gated!)).toMatchObject({ same: true, replayed: { allowed: true } });
    expect(await replay(db, ids.unknown!)).toMatchObject({ same: true });
    expect(await replay(db, ids.elsewhere!)).toMatchObject({ same: true });
    await expect(replay(db, ids.search!)).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(replay(db, 'never.1')).rejects.toMatchObject({ code: 'unknown_decision' });

    const shown = await run(replayCommand, ids.true!);
    expect(shown).toMatch(
      /^Décision .*\n[\s\S]*Répondu : NON\nRejoué \(lire\) : NON\n[\s\S]*il manque : [\s\S]*Même réponse\.$/,
    );
    await expect(run(replayCommand, ids.lie!)).rejects.toMatchObject({ code: 'decision_differs' });
    await expect(run(replayCommand)).rejects.toThrow(Refusal);
  });

  it('is refused when its row, or its rules, are no longer what was written', async () => {
    const ids = await logAll(NOW, versionOf(noPupils));
    const gone = await logAll(NOW, presentVersion);
    const id = gone.get('paul')!;
    const row = await db('decision').where('id', '<=', id).orderBy('id', 'desc').first();
    const write = (entry: string) => db('decision').where({ id: row.id }).update({ entry });
    await write(row.entry.replace('true', 'false'));
    await expect(replay(db, id)).rejects.toMatchObject({ code: 'trail_broken' });
    await write(row.entry);
    expect(await replay(db, id)).toMatchObject({ same: true });
    // what was read once is kept: another process would read it again
    const other = without('head');
    await activatePolicy(db, { at: NOW + 5 * DAY, actor: 'system', document: other });
    await db('policy_version')
      .where({ version: versionOf(other) })
      .update({ document: presentDocument });
    const log = openDecisionLog(db, { policy: versionOf(other), sample: 1, everyMs: 60_000 });
    const spoilt = log.record({
      kind: 'evaluation',
      at: NOW,
      subject: keys.get('paul'),
      action: 'read',
      type: 'logbook',
      resource: resource.id,
      revision: `${COLLEGE}:1`,
      allowed: true,
    });
    await log.close();
    await expect(replay(db, spoilt!)).rejects.toMatchObject({ code: 'policy_unreadable' });
    await expect(ask('paul', { enforcedOn: NOW + 6 * DAY })).rejects.toMatchObject({ code: 'policy_unreadable' });
    expect((await ask('paul', { knownTodayOf: NOW })).allowed).toBe(true);
    expect(await replay(db, ids.get('paul')!)).toMatchObject({ same: true });
  });
});

describe.each(engines)('a past day on $name', ({ open }) => {
  it('is asked by the rules that were in force, in every direction', async () => {
    const { db, close } = await open();
    await openSchool(db);
    const resource = { type: 'logbook', id: await logbookOf(db, COLLEGE, '6A', 'MATHS') } as const;
    const person = await keyOf(db, 'paul');
    await activatePolicy(db, { at: NOW, actor: 'system', document: noPupils });
    await activatePolicy(db, { at: NOW + DAY, actor: 'system', document: presentDocument });
    await activatePolicy(db, { at: NOW + 2 * DAY, actor: 'system', document: noPupils });
    for (const [when, allowed] of [
      [{ enforcedOn: NOW - 1 }, false],
      [{ enforcedOn: NOW }, false],
      [{ enforcedOn: NOW + DAY - 1 }, false],
      [{ enforcedOn: NOW + DAY }, true],
      [{ enforcedOn: NOW + 2 * DAY - 1 }, true],
      [{ enforcedOn: NOW + 2 * DAY }, false],
      [{ knownTodayOf: NOW }, true],
      [{ at: NOW + 3 * DAY }, true],
    ] as const) {
      const asked = { person, action: 'read', resource, when } as const;
      expect((await may(db, asked)).allowed).toBe(allowed);
      expect((await explain(db, asked)).allowed).toBe(allowed);
      expect((await who(db, asked)).some((reader) => reader.person === person)).toBe(allowed);
      expect((await list(db, { ...asked, type: 'logbook' })).some(({ id }) => id === resource.id)).toBe(allowed);
    }
    const lacking = await explain(db, { person, action: 'read', resource, when: { enforcedOn: NOW } });
    expect(lacking.missing?.map(({ rule }) => rule)).not.toContain('pupil');

    const period = { action: 'read', resource, from: NOW - DAY, to: NOW + 4 * DAY } as const;
    const spansOf = async (reading: 'enforced' | 'known') =>
      (await whoBetween(db, { ...period, reading })).find((reader) => reader.person === person)?.spans;
    expect(await spansOf('enforced')).toEqual([{ from: NOW + DAY, to: NOW + 2 * DAY }]);
    expect(await spansOf('known')).toEqual([{ from: NOW - DAY, to: NOW + 4 * DAY }]);
    await close();
  });

  it('`preau policy` tells the rules, since when, and draws them', async () => {
    const { db, close } = await open();
    const run = async (...args: string[]): Promise<string> => {
      const lines: string[] = [];
      await policyCommand({ config: {} as never, db, args, print: (line) => lines.push(line) });
      return lines.join('\n');
    };
    expect(await run()).toContain('pas encore en vigueur ici');
    await activatePolicy(db, { at: NOW, actor: 'system', document: noPupils });
    await activatePolicy(db, { at: NOW + DAY, actor: 'system' });
    const told = await run();
    expect(told).toContain(presentVersion);
    expect(told).toContain('en vigueur depuis le 13/11/2026');
    const { rules } = JSON.parse(presentDocument) as { rules: Record<string, Record<string, { allow: Named[] }>> };
    for (const actions of Object.values(rules))
      for (const { allow } of Object.values(actions))
        for (const { name } of allow) expect(told).toContain(`${name} : `);
    expect(told).toContain(
      'le cahier est destiné à une classe ou un groupe [1] ; une personne [2] suit les cours de [1] ; la personne représente légalement [2]',
    );
    expect(told).not.toMatch(/undefined| de le | à le /);
    expect(await run('--json')).toBe(presentDocument);
    expect(await run(versionOf(noPupils), '--json')).toBe(noPupils);
    const old = await run(versionOf(noPupils));
    expect(old).toContain('en vigueur depuis le 12/11/2026 09:00, jusqu’au 13/11/2026 09:00');
    await expect(run('florp')).rejects.toMatchObject({ code: 'bad_argument' });
    await expect(run('--json', '--diagram')).rejects.toMatchObject({ code: 'bad_argument' });

    const [first, ...lines] = (await run('--diagram')).split('\n');
    expect(first).toBe('flowchart LR');
    const known = new Set<string>();
    for (const line of lines) {
      const [, from, to] = /^ {4}(t\d+n\d+) (?:-- ".+" -->|-->|-\.-x) (t\d+[nr]\d+)[[({]+".+"[\])}]+$/.exec(line) ?? [];
      const [, root] = /^ {4}(t\d+n0)\(\[".+"\]\)$/.exec(line) ?? [];
      if (root) known.add(root);
      else if (from && to) {
        expect(known.has(from)).toBe(true);
        known.add(to);
      } else expect(line).toMatch(/^ {2}(subgraph \w+\[".+"\]|end)$/);
    }
    await close();
  });
});
