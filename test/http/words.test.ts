// The words: each language says everything, in its own typography and without the builders' vocabulary.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusals } from '../../src/errors.ts';
import { dayText } from '../../src/portal/days.ts';
import { en } from '../../views/text/en.ts';
import { fr } from '../../views/text/fr.ts';
import { typeset } from '../../views/text/typeset.ts';

/** Every sentence with the way to it; functions are given something to say. */
function sentences(words: unknown, way = ''): [string, string][] {
  if (typeof words === 'string') return [[way, words]];
  if (typeof words === 'function') return sentences(words(['Un', 'Deux']), way);
  if (typeof words !== 'object' || words === null) return [];
  return Object.entries(words).flatMap(([key, value]) => sentences(value, `${way}.${key}`));
}

const french = new Map(sentences(fr));
const english = new Map(sentences(en));

describe('the words', () => {
  it('are the same in both languages, entry for entry', () => {
    expect([...english.keys()].sort()).toEqual([...french.keys()].sort());
  });

  it('are translated', () => {
    const same = [...french].filter(([way, text]) => way.startsWith('.pages') && english.get(way) === text);
    expect(same).toEqual([['.pages.error.code', 'Code']]);
  });

  it('exist for every refusal', () => {
    for (const code of Object.keys(refusals)) {
      expect(french.get(`.refusals.${code}`), code).toMatch(/\S{2}/);
      expect(english.get(`.refusals.${code}`), code).toMatch(/\S{2}/);
    }
  });

  it('are set properly', () => {
    for (const [way, text] of [...french, ...english]) {
      expect(text, way).not.toMatch(/'|\.\.\.|—|TODO|lorem/i);
      expect(text, way).toBe(text.trim());
    }
  });

  it('speak to everyone, in French as it is printed', () => {
    for (const [way, text] of french) {
      expect(text, way).not.toMatch(/ [?!:;»]|« /);
      if (way.startsWith('.pages'))
        expect(text, way).not.toMatch(/\b(jeton|token|URL|OIDC|OpenID|SSO|authentification|client)\b/i);
    }
  });
});

describe('days', () => {
  it('are written in one form in each language', () => {
    const day = (locale: 'fr' | 'en') => dayText(Date.parse('2026-11-12T09:00:00Z'), { zone: 'Europe/Paris', locale });
    expect([day('fr'), day('en')]).toEqual(['12 novembre 2026', '12 November 2026']);
    const root = resolve(import.meta.dirname, '../..');
    const formats = ['src', 'views'].flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
        .flatMap((entry) => {
          const source = readFileSync(join(entry.parentPath, entry.name), 'utf8');
          return [...source.matchAll(/DateTimeFormat\(\s*([^,\s]+)/g)].map(([, form]) => `${entry.name}: ${form}`);
        }),
    );
    // commands print French; calendars and files read what they format
    expect(formats.filter((one) => !/: (dateForms\[.+\]|'fr-FR'|'fr-CA'|'en-US')$/.test(one))).toEqual([]);
  });
});

describe('typography', () => {
  it('reaches what functions say, and lists', () => {
    const set = typeset({ ask: (name: string) => [`C'est « ${name} » ?`] });
    expect(set.ask('Léa')).toEqual(['C’est «\u00a0Léa\u00a0»\u00a0?']);
  });
});
