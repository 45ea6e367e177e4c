// The table of what we write against the schemas of what the GAR takes: nothing in another order, oftener, or longer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument, type XmlElement } from 'libxml2-wasm';
import { describe, expect, it } from 'vitest';
import { type Degree, type Element, elements, type Field } from '../../src/export/elements.ts';

/** What a schema says of one field: how often, how long, and what stands inside. */
interface Told {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly max: number | undefined;
  readonly inside: readonly Told[];
}

const XS = { xs: 'http://www.w3.org/2001/XMLSchema' };

function opened(name: string) {
  const document = XmlDocument.fromBuffer(readFileSync(join(import.meta.dirname, name)));
  const all = (path: string, from: XmlElement = document.root) => from.find(path, XS) as XmlElement[];
  const said = (element: XmlElement, attribute: string) => element.attr(attribute)?.value;
  const named = (kind: string, type: string) => all(`//xs:${kind}[@name='${type}']`)[0];

  const fieldsOf = (type: string): Told[] => {
    const found = named('complexType', type);
    if (!found) throw new Error(`no type ${type}`);
    const [extension] = all('.//xs:extension', found);
    const base = extension ? fieldsOf(said(extension, 'base')!.replace('g:', '')) : [];
    return [...base, ...all('.//xs:element', found).map(told)];
  };
  const told = (element: XmlElement): Told => {
    const type = said(element, 'type')!.replace('g:', '');
    const [length] = all(`//xs:simpleType[@name='${type}']//xs:maxLength`);
    const most = said(element, 'maxOccurs') ?? '1';
    return {
      name: said(element, 'name')!,
      least: Number(said(element, 'minOccurs') ?? '1'),
      most: most === 'unbounded' ? Number.POSITIVE_INFINITY : Number(most),
      max: length ? Number(said(length, 'value')) : undefined,
      inside: named('complexType', type) ? fieldsOf(type) : [],
    };
  };
  return {
    /** The elements of a kind of file, in their order, with what stands in each and what makes two the same one. */
    fileOf: (kind: string) => {
      const [root] = all(`/xs:schema/xs:element[@name='GAR-ENT-${kind}']`);
      const keys = new Map(
        all('./xs:key', root).map((key) => [
          said(all('./xs:selector', key)[0]!, 'xpath')!.replace('g:', ''),
          all('./xs:field', key).map((field) => said(field, 'xpath')!.replace('g:', '')),
        ]),
      );
      return all('./xs:complexType/xs:sequence/xs:element', root).map((element) => {
        const name = said(element, 'name')!;
        return { name, fields: fieldsOf(said(element, 'type')!.replace('g:', '')), key: keys.get(name) };
      });
    },
  };
}

const schemas = { 1: opened('gar-ent-1d.xsd'), 2: opened('gar-ent.xsd') } as const;

/** The fields that a table gives, as a schema would say them; those that it has no line for are what it may leave out. */
function compare(fields: readonly Field[], told: readonly Told[], degree: Degree): void {
  const here = fields.filter((field) => !field.degrees || field.degrees.includes(degree));
  const places = here.map(({ name }) => told.findIndex((one) => one.name === name));
  expect(places).toEqual([...places].sort((one, other) => one - other));
  expect(places).not.toContain(-1);
  for (const one of told)
    if (!here.some(({ name }) => name === one.name)) expect([one.name, one.least]).toEqual([one.name, 0]);
  for (const field of here) {
    const one = told.find(({ name }) => name === field.name)!;
    const [least, most] = [field.card.startsWith('1') ? 1 : 0, field.card.endsWith('n') ? Number.POSITIVE_INFINITY : 1];
    expect([field.name, least >= one.least, most <= one.most]).toEqual([field.name, true, true]);
    expect([field.name, field.max]).toEqual([field.name, one.max]);
    if (field.inside) compare(field.inside, one.inside, degree);
  }
}

describe.each([1, 2] as const)('of degree %i', (degree) => {
  const ours: readonly Element[] = elements.filter((one: Element) => one.degrees.includes(degree));

  it.each(ours.map(({ name, kind }) => [name, kind]))('%s is what its schema takes', (name, kind) => {
    const element = ours.find((one) => one.name === name)!;
    const told = schemas[degree].fileOf(kind).find((one) => one.name === name);
    expect(told).toBeDefined();
    compare(element.fields, told!.fields, degree);
    expect(element.key).toEqual(told!.key);
  });

  it('elements follow each other in every file as the schema wants them', () => {
    for (const kind of ['Etab', 'Eleve', 'Enseignant', 'Groupe', 'RespAff']) {
      const there = schemas[degree].fileOf(kind).map(({ name }) => name);
      const here = ours.filter((one) => one.kind === kind).map(({ name }) => name as string);
      expect(here).toEqual(there.filter((name) => here.includes(name)));
      expect(here.length).toBeGreaterThan(0);
    }
  });
});

describe('the schemas', () => {
  it('say how long each value may be, as the ministry’s own do', () => {
    const lengths = (degree: Degree) => {
      const found = new Map<string, number | undefined>();
      const note = (told: readonly Told[]): void => {
        for (const one of told) {
          if (one.inside.length === 0) found.set(one.name, one.max);
          note(one.inside);
        }
      };
      for (const kind of ['Etab', 'Eleve', 'Enseignant', 'Groupe', 'RespAff'])
        for (const { fields } of schemas[degree].fileOf(kind)) note(fields);
      return Object.fromEntries(found);
    };
    const shared = {
      GARStructureUAI: 45,
      GARStructureNomCourant: 500,
      GARStructureContrat: 45,
      GARStructureTelephone: 20,
      GARStructureEmail: 255,
      GARPersonIdentifiant: 64,
      GARPersonProfil: 31,
      GARPersonIdSecondaire: 255,
      GARPersonNomPatro: 500,
      GARPersonNom: 500,
      GARPersonPrenom: 500,
      GARPersonAutresPrenoms: 500,
      GARPersonCivilite: 30,
      GARPersonStructRattach: 45,
      GARPersonEtab: 45,
      GARPersonDateNaissance: undefined,
      GARPersonMail: 255,
      GARRespAffEtab: 45,
      GARGroupeCode: 255,
      GARGroupeLibelle: 255,
      GARGroupeStatut: 31,
      GARGroupeDivAppartenance: 255,
    };
    expect(lengths(1)).toEqual({ ...shared, GARMEFSTAT4Code: 4, GAREnsSpecialitePosteCode: 255 });
    expect(lengths(2)).toEqual({
      ...shared,
      GAREtablissementStructRattachFctl: 255,
      GARMEFCode: 255,
      GARMEFLibelle: 255,
      GARMEFRattach: 255,
      GARMEFSTAT11: 255,
      GARMatiereCode: 255,
      GARMatiereLibelle: 255,
      GAREnsDisciplinePosteCode: 255,
    });
  });
});
