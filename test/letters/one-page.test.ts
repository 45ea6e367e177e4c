// Every kind of letter is one page, in type of ten points at least, with the longest names and texts that are plausible.
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { drawLetter } from '../../src/letters/letter-page.ts';
import { openPaper } from '../../src/letters/paper.ts';
import type { Module } from '../../src/oidc/modules.ts';
import { contentOf } from '../../src/portal/notices/content.ts';
import { writeNoticeLetters } from '../../src/portal/notices/pdf.ts';
import { composeNotice, type Level, levels } from '../../src/privacy/notices/document.ts';
import { activationLetter, type LetterData, type LetterWords, resetLetter } from '../../views/letters/letters.ts';
import { openBook, poppler } from './pdf.ts';

const SCHOOL = 'Lycée général et technologique Marguerite-Yourcenar et Jean-Baptiste-Say de la Vallée';
const READER = 'Marguerite-Bérénice de LA ROCHEFOUCAULD-MONTMORENCY épouse NGUYỄN-ÇA';
const ISSUER = 'https://connexion.ent.departement-des-alpes-de-haute-provence.fr';
const data: LetterData = {
  issuer: ISSUER,
  code: 'ABCD-EFGH-JKLM-NPQR-STUV-WXYZ',
  until: '22 septembre 2027',
  birthDateKnown: true,
  children: ['Marie-Emmanuelle', 'Jean-Christophe', 'Anne-Charlotte', 'Pierre-Alexandre', 'Maximilien', 'Bérénice'],
  workstations: Array.from({ length: 7 }, (_, index) => `CDI, bâtiment ${index}, premier étage, de 8 h à 17 h 30`),
};

async function book(write: (out: PassThrough) => Promise<void>) {
  const out = new PassThrough();
  const read = buffer(out);
  await write(out);
  out.end();
  return read;
}

/** The sizes of type that a PDF sets, the smallest first. */
function sizesIn(pdf: Buffer): number[] {
  const sizes = new Set<number>();
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 1)) {
    if (pdf.subarray(at - 3, at).toString() === 'end') continue;
    try {
      const drawn = inflateSync(pdf.subarray(at + 7, pdf.indexOf('endstream', at))).toString('latin1');
      for (const [, size] of drawn.matchAll(/\/F\d+ ([\d.]+) Tf/g)) sizes.add(Number(size));
    } catch {
      // a font, or an image: nothing is set in it
    }
  }
  return [...sizes].sort((a, b) => a - b);
}

/** The pages, as `Pages` counts them. */
function pagesIn(pdf: Buffer): number {
  return [...pdf.toString('latin1').matchAll(/\/Type \/Page\b(?!s)/g)].length;
}

describe('a letter that opens an account, or replaces a password', () => {
  it.each<[string, LetterWords]>([
    ['to a family', activationLetter(data)],
    ['to a pupil or to staff', activationLetter({ ...data, children: [], birthDateKnown: false })],
    ['without a place to go to', activationLetter({ ...data, workstations: [] })],
    ['for a lost password', resetLetter({ ...data, identifier: 'marguerite-berenice.de-la-rochefoucauld2' })],
  ])('%s is one page of ten points at least', async (_what, words) => {
    const head = {
      school: SCHOOL,
      reader: READER,
      handedOut: 'Classe : Terminale générale 12',
      day: '22 novembre 2026',
    };
    const pdf = await book(async (out) => {
      const paper = openPaper(out, 'Lettres');
      for (let letter = 0; letter < 2; letter += 1) await paper.page((page) => drawLetter(page, head, words));
      await paper.end();
    });
    expect(pagesIn(pdf)).toBe(2);
    expect(sizesIn(pdf)[0]).toBeGreaterThanOrEqual(10);
  });
});

const module = (name: string): Module =>
  ({
    id: name,
    name,
    purpose: 'Tenir le cahier de textes des classes et des groupes, et le lire à la maison.',
    responsible: 'La région Provence-Alpes-Côte d’Azur et l’académie d’Aix-Marseille',
    scopes: ['openid', 'profile', 'roles', 'classes', 'children', 'rights'],
  }) as unknown as Module;
const services = (count: number) =>
  Array.from({ length: count }, (_, index) => module(`Service numérique éducatif numéro ${index + 1}`));

describe.each(levels)('the letter of the notice, for %s', (level: Level) => {
  const written = async (count: number, own: string | undefined, category: 'pupil' | 'guardian' | 'staff') => {
    const content = contentOf({ decisions: { months: 12 } } as never, { degrees: [2], modules: services(count) });
    const notice = {
      school: '0900001A',
      version: 'a1b2c3d4e5f6a7b8c9d0',
      from: Date.parse('2026-09-01T00:00:00Z'),
      until: undefined,
      content: 'x',
      document: composeNotice(content),
      own,
    };
    const letter = { person: {}, name: READER, level, rows: [{ category }] };
    const group = { id: 'staff', label: '', letters: [letter, letter, letter], printed: 0 };
    const room = {
      school: { uai: '0900001A', name: SCHOOL, degree: 2, zone: 'Europe/Paris' },
      notice,
      officer:
        'Délégation à la protection des données de l’académie, 1 rue de la République, 04000 Digne, dpd@ac.example.fr',
      board: '14 décembre 2026',
      issuer: ISSUER,
      group: 'Classe : Terminale générale 12',
      at: Date.parse('2026-11-22T09:00:00Z'),
    };
    const asked = [group, room] as unknown as [Parameters<typeof writeNoticeLetters>[1], never];
    return book((out) => writeNoticeLetters(out, ...asked));
  };

  it.each([
    [1, undefined, 'staff'],
    [6, 'Le lycée prête des ordinateurs. '.repeat(8), 'pupil'],
    [25, 'Un texte de l’établissement, écrit longuement. '.repeat(60), 'guardian'],
  ] as const)('is one page, with %s services, and the whole notice follows once', async (count, own, category) => {
    const pdf = await written(count, own, category);
    expect(sizesIn(pdf)[0]).toBeGreaterThanOrEqual(10);
    if (!poppler) return;
    const read = await openBook(pdf);
    expect(read).toMatchObject({ tagged: true, language: 'fr-FR', fonts: 'embedded' });
    const flat = (page: number) => read.page(page).replace(/\s+/g, ' ');
    for (const page of [1, 2, 3]) {
      expect(flat(page)).toContain('Pour Marguerite-Bérénice de LA ROCHEFOUCAULD');
      // an address may be cut at the end of a line
      expect(flat(page).replaceAll(' ', '')).toContain('notices?school=0900001A');
      expect(flat(page)).toContain('dpd@ac.example.fr');
      expect(flat(page)).toContain('a1b2c3d4e5f6a7b8c9d0');
    }
    expect(flat(4)).toContain('Notice entière, à afficher');
    expect(read.text.match(/Notice entière, à afficher/g)).toHaveLength(1);
  });

  it.skipIf(!poppler || level !== 'adult')('says all that art. 14 lists, in short', async () => {
    const read = await openBook(await written(2, undefined, 'guardian'));
    const said = read.page(1).replace(/\s+/g, ' ');
    for (const part of [
      'cheffe ou le chef d’établissement répond',
      'article 6, 1, e',
      'l’adresse de courriel de l’annuaire',
      'bases de l’Éducation nationale',
      'Service numérique éducatif numéro 2',
      'trois mois',
      'vous y opposer',
      'CNIL, 3 place de Fontenoy',
      'au secrétariat, sans raison à donner',
    ])
      expect(said).toContain(part);
    expect(said).not.toContain('niveau d’enseignement');
  });
});
