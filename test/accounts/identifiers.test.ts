// Identifiers: what is proposed, what may be chosen, and when two are the same.
import { describe, expect, it } from 'vitest';
import { freeIdentifier, identifierStem, normalIdentifier, requireIdentifier } from '../../src/accounts/identifiers.ts';
import { Refusal } from '../../src/errors.ts';

describe('an identifier', () => {
  it.each([
    ['Hélène', 'Marchand', 'helene.marchand'],
    ['Jean-Pierre', 'Le Gall', 'jean-pierre.le-gall'],
    ['Zoé', "L'Helgouac’h", 'zoe.lhelgouach'],
    ['Cœlia', 'Straße', 'coelia.strasse'],
    ['  Anne  Marie ', ' d’Ormesson', 'anne-marie.dormesson'],
    ['', 'Ng', 'compte'],
    ['李', '小龙', 'compte'],
    ['Li', '', 'compte'],
    ['A'.repeat(80), 'B'.repeat(80), 'a'.repeat(58)],
  ])('is proposed to %s %s as %3$s', (givenName, familyName, proposed) => {
    expect(identifierStem(givenName, familyName)).toBe(proposed);
    expect(requireIdentifier(proposed)).toBe(proposed);
  });

  it('takes a number when somebody has it, the first that is free', () => {
    expect(freeIdentifier('paul.bernard', new Set())).toBe('paul.bernard');
    expect(freeIdentifier('paul.bernard', new Set(['paul.bernard2']))).toBe('paul.bernard');
    expect(freeIdentifier('paul.bernard', new Set(['paul.bernard', 'paul.bernard2', 'paul.bernardin']))).toBe(
      'paul.bernard3',
    );
  });

  it('is the same whatever its capitals, accents and width', () => {
    for (const typed of ['Hélène.M', 'HELENE.M', ' helene.m ', 'ｈelene.m', 'he\u0301lène.m'])
      expect(normalIdentifier(typed)).toBe('helene.m');
  });

  it.each([
    ['ab', 'too_short'],
    ['   ab   ', 'too_short'],
    ['a'.repeat(65), 'too_long'],
    ['paul@example.org', 'characters'],
    ['paul bernard', 'characters'],
    ['.paul', 'characters'],
    ['paul.', 'characters'],
    ['пaул', 'characters'],
    ['paul\u0000', 'characters'],
    ["paul'--", 'characters'],
  ])('may not be `%s`: %s', (identifier, reason) => {
    expect(() => requireIdentifier(identifier)).toThrow(Refusal);
    try {
      requireIdentifier(identifier);
    } catch (error) {
      expect(error).toMatchObject({ code: 'identifier_invalid', details: { reasons: [reason] } });
    }
  });

  it.each(['abc', 'a1_b-c.d', '2026', 'a'.repeat(64)])('may be `%s`', (identifier) => {
    expect(requireIdentifier(identifier)).toBe(identifier);
  });
});
