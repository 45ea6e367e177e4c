// Natures of schools: a subscription for one reaches schools of that kind, and of no other.
import { expect, it } from 'vitest';
import { natureNames, naturesOf } from '../../src/resources/natures.ts';

it.each([
  ['collège', ['340']],
  ['COLLEGE', ['340']],
  ['lycée', ['300', '302', '306']],
  ['lycée professionnel', ['320']],
  ['LYCEE GENERAL ET TECHNOLOGIQUE', ['300']],
  ['école', ['151']],
  ['école maternelle', ['101']],
  ['ECOLE PRIMAIRE', ['151']],
  ['EREA', ['370']],
  ['collège privé hors contrat', []],
  ['toString', []],
  ['', []],
])('of `%s`: %o', (kind, codes) => {
  expect(naturesOf({ kind })).toEqual(codes);
});

it('each code has a name and a type', () => {
  for (const kind of ['collège', 'lycée', 'lycée professionnel', 'lycée technologique', 'école', 'école maternelle'])
    for (const code of naturesOf({ kind })) expect(natureNames[code]?.name).toMatch(/^[A-Z]/);
});
