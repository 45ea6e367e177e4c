// « de » before a name is what a French ear expects, and a name is left as it is.
import { describe, expect, it } from 'vitest';
import { de } from '../../views/text/elide.ts';

describe('« de » before a name', () => {
  it.each([
    'Aline Petit',
    'Élodie',
    'ÉduConnect',
    'Olga',
    'Ulysse',
    'Hélène',
    'Hector',
    'Yves',
  ])('elides: %s', (name) => {
    expect(de(name)).toBe(`d'${name}`);
  });
  it.each(['Paul', 'Yanis', 'Hassan', 'Hugo', '6e A', '« Aline »', ''])('does not: %s', (name) => {
    expect(de(name)).toBe(`de ${name}`);
  });
});
