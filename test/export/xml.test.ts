// XML as it is written: what goes in comes out, and nothing that XML cannot carry is written at all.
import fc from 'fast-check';
import { XmlDocument } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import type { Node } from '../../src/export/elements.ts';
import { closing, escaped, isWritable, opening, written } from '../../src/export/xml.ts';
import { faultOf } from './schema.ts';

/** What a reader finds in the one element that a text was written into. */
function readBack(text: string): string {
  const document = XmlDocument.fromString(`<?xml version="1.0" encoding="UTF-8"?><a>${escaped(text)}</a>`);
  try {
    return document.root.content;
  } finally {
    document.dispose();
  }
}

describe('escaping', () => {
  it.each([
    `L'Haÿ & fils <script>alert("x")</script>`,
    ']]>',
    '&amp;apos;',
    '&#x26;',
    '<!-- --><![CDATA[x]]><?php ?>',
    '"><men:GAREleve>',
    ' deux  espaces\tet\r\ndes lignes ',
    '𝒜 é œ — 日本',
  ])('%j comes out as it went in', (text) => {
    expect(readBack(text)).toBe(text);
  });

  it('whatever is written is read as it was, whatever the characters', () => {
    const writable = fc.string({ unit: 'binary', minLength: 1 }).filter(isWritable);
    fc.assert(
      fc.property(writable, (text) => readBack(text) === text),
      { numRuns: 100 },
    );
  });

  it.each([
    '\u0000',
    'a\u0001b',
    '\u000B',
    '\u001F',
    '\uD800',
    'a\uDC00',
    '\uFFFE',
    '\uFFFF',
  ])('what XML cannot carry (%j) is never written', (text) => {
    expect(isWritable(text)).toBe(false);
    expect(() => escaped(text)).toThrow('cannot carry');
  });
});

describe('a node', () => {
  const values = {
    GARPersonEtab: ['0900001A'],
    GARPersonAutresPrenoms: ['Paul & <Virginie>'],
    GARPersonPrenom: "D'Artagnan",
    GARPersonNom: 'Bernard "le" Grand',
    GARPersonProfils: [{ GARPersonProfil: 'National_ELV', GARStructureUAI: '0900001A' }],
    GARPersonIdentifiant: 'p1',
  };

  it('is written in the order of its table, whatever the order it was drawn in', () => {
    const xml = opening('Eleve', 2) + written({ element: 'GAREleve', values }) + closing('Eleve');
    expect(faultOf(2, xml)).toBeUndefined();
    expect(xml).toContain('<men:GARPersonAutresPrenoms>Paul &amp; &lt;Virginie&gt;</men:GARPersonAutresPrenoms>');
  });

  it('writes no element for what there is none of', () => {
    const node: Pick<Node, 'element' | 'values'> = {
      element: 'GARGroupe',
      values: {
        GARGroupeCode: '6A',
        GARStructureUAI: '0900001A',
        GARGroupeLibelle: '6e A',
        GARGroupeStatut: 'DIVISION',
        GARGroupeDivAppartenance: [],
      },
    };
    expect(written(node)).not.toContain('GARGroupeDivAppartenance');
  });

  it.each([1, 2] as const)('every kind of file of degree %i may be empty', (degree) => {
    for (const kind of ['Etab', 'Eleve', 'Enseignant', 'Groupe', 'RespAff'] as const)
      expect(faultOf(degree, opening(kind, degree) + closing(kind))).toBeUndefined();
  });
});
