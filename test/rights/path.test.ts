// The language of rules: what the catalogue does not know is not a path, and the compiler says so.
import { describe, expect, it } from 'vitest';
import { from, rule } from '../../src/rights/path.ts';
import { logbookRules } from '../../src/rights/rules/logbook.ts';

describe('a path', () => {
  it('is plain data', () => {
    expect(from('logbook').out('audience', 'class').in('teaches').steps).toEqual([
      { relation: 'audience', way: 'out', only: 'class' },
      { relation: 'teaches', way: 'in' },
    ]);
    expect(JSON.parse(JSON.stringify(logbookRules))).toEqual(logbookRules);
  });

  it('that the catalogue does not know is a compile error', () => {
    const path = from('logbook');
    const wrong = [
      // @ts-expect-error a logbook teaches nobody
      () => path.out('teaches'),
      // @ts-expect-error nobody is enrolled in a logbook
      () => path.in('enrolled'),
      // @ts-expect-error there is no such relation
      () => path.in('likes'),
      // @ts-expect-error a school has no pupils enrolled, classes have
      () => path.out('ofSchool').in('enrolled'),
      // @ts-expect-error an audience is no school
      () => path.out('audience', 'school'),
      // @ts-expect-error a class leads nobody: it is led
      () => path.out('audience', 'class').out('leads'),
      // @ts-expect-error a group has no main teacher, and the audience may be a group
      () => path.out('audience').in('leads'),
      // @ts-expect-error a post is held at a school, not in a class
      () => path.out('audience', 'class').in('teaches').alongside('post', ['function', 'teacher']),
      // @ts-expect-error before a step there is nothing to stand beside
      () => path.alongside('post', ['function', 'teacher']),
      // @ts-expect-error a rule ends on a person
      () => rule('x', path.out('audience')),
    ];
    expect(wrong).toHaveLength(10);
    path.out('audience', 'class').in('leads');
  });
});
