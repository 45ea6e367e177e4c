// Exports that are refused whole: hostile, broken, cut short, mixed, old. Nothing of them is applied.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  createReadStream,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { Refusal, RefusalCode } from '../../src/errors.ts';
import { openArchive } from '../../src/feed/archive.ts';
import { byCategory, isWanted } from '../../src/feed/coherence.ts';
import { importFeed } from '../../src/feed/feed.ts';
import { limits } from '../../src/feed/limits.ts';
import { openStaging } from '../../src/feed/staging.ts';
import { AT, type Folder, pupil, SCHOOL_A, school, small, write, xmlOf } from './exports.ts';
import { deliver, measure, onSqlite, sentences } from './world.ts';

/** Applies a spoilt folder; expects the refusal, and an untouched database. */
async function refused(
  code: RefusalCode,
  spoil: (folder: Folder) => string | undefined | Promise<string | undefined>,
  details: Record<string, unknown> = {},
) {
  const folder = write(small());
  try {
    await onSqlite(async (db) => {
      const before = await measure(db);
      const path = (await spoil(folder)) ?? folder.path;
      await expect(importFeed(db, { path, at: AT })).rejects.toMatchObject({ name: 'Refusal', code, details });
      expect(await measure(db)).toEqual(before);
    });
  } finally {
    folder.remove();
  }
}

const rewrite = (path: string, change: (text: string) => string): undefined => {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
};

const BOMB = `<!DOCTYPE ficAlimMENESR [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>`;
const PLAIN = '<!DOCTYPE ficAlimMENESR SYSTEM "ficAlimMENESR.dtd">';

describe('a hostile file', () => {
  it.each([
    ['an entity bomb', (text: string) => text.replace(PLAIN, BOMB).replace('Nom100', '&d;')],
    [
      'an external entity',
      (text: string) =>
        text
          .replace(PLAIN, '<!DOCTYPE ficAlimMENESR [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
          .replace('Nom100', '&x;'),
    ],
    [
      'a parameter entity',
      (text: string) =>
        text.replace(PLAIN, '<!DOCTYPE ficAlimMENESR [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>'),
    ],
    [
      'an external document type',
      (text: string) => text.replace(PLAIN, '<!DOCTYPE ficAlimMENESR SYSTEM "http://127.0.0.1:9/x.dtd">'),
    ],
    [
      'a public document type',
      (text: string) => text.replace(PLAIN, '<!DOCTYPE ficAlimMENESR PUBLIC "a" "ficAlimMENESR.dtd">'),
    ],
    ['an entity that nothing declares', (text: string) => text.replace('Nom100', '&x;')],
    ['200,000 elements inside each other', (text: string) => text.replace('Nom100', '<a>'.repeat(200_000))],
    ['a value of four million letters', (text: string) => text.replace('Nom100', 'x'.repeat(4_000_000))],
    [
      'a value of 50,000 letters in an attribute that is not kept',
      (text: string) =>
        text.replace('</attributes>', `<attr name="street"><value>${'x'.repeat(50_000)}</value></attr></attributes>`),
    ],
    [
      'an XML attribute of four million letters',
      (text: string) => text.replace('<attr name="sn"', `<attr x="${'y'.repeat(4_000_000)}" name="sn"`),
    ],
    ['a million numeric references', (text: string) => text.replace('Nom100', '&#65;'.repeat(1_000_000))],
    [
      'a comment of four million letters',
      (text: string) => text.replace('<ficAlimMENESR>', `<!-- ${'y'.repeat(4_000_000)} --><ficAlimMENESR>`),
    ],
    [
      'a document type of four million letters',
      (text: string) => text.replace(PLAIN, `<!DOCTYPE ficAlimMENESR [<!-- ${'y'.repeat(4_000_000)} -->]>`),
    ],
    [
      '100,000 values of one attribute',
      (text: string) => text.replace('<value>1$6A</value>', '<value>1$6A</value>'.repeat(100_000)),
    ],
    [
      '10,000 attributes in one record',
      (text: string) =>
        text.replace('</attributes>', `${'<attr name="l"><value>x</value></attr>'.repeat(10_000)}</attributes>`),
    ],
  ])('%s is refused', (_, change) => refused('feed_hostile', ({ fileOf }) => rewrite(fileOf('Eleve'), change)));

  it('in a link to elsewhere is refused', () =>
    refused('feed_hostile', ({ fileOf }) => {
      renameSync(fileOf('Eleve'), `${fileOf('Eleve')}.bak`);
      symlinkSync(`${fileOf('Eleve')}.bak`, fileOf('Eleve'));
      return undefined;
    }));
});

describe('a broken file', () => {
  it.each([
    ['is not well-formed', (text: string) => text.replace('</attributes>', '</attribute>')],
    ['holds a lone ampersand', (text: string) => text.replace('Nom100', 'Nom & 100;')],
    ['is another kind of document', () => '<html><body/></html>'],
    ['holds another kind of request', (text: string) => text.replaceAll('addRequest', 'otherRequest')],
    ['declares an encoding that hides tags', (text: string) => text.replace('UTF-8', 'UTF-7')],
  ])('that %s is unreadable', (_, change) =>
    refused('feed_unreadable', ({ fileOf }) => rewrite(fileOf('Eleve'), change)));

  it.each([
    ['ISO-8859-1 bytes under a declaration of UTF-8', 'latin1'],
    ['UTF-16', 'utf16le'],
  ] as const)('in %s is unreadable', (_, encoding) =>
    refused('feed_unreadable', ({ fileOf }) => {
      writeFileSync(fileOf('Eleve'), Buffer.from(readFileSync(fileOf('Eleve'), 'utf8'), encoding));
      return undefined;
    }));

  it('that is no export at all is unreadable', async () => {
    await refused('feed_unreadable', ({ path }) => join(path, 'nothing'));
    await refused('feed_unreadable', ({ fileOf }) => fileOf('Eleve'));
    await refused('feed_unreadable', ({ path }) => {
      writeFileSync(join(path, 'eleves.xml'), '<ficAlimMENESR/>');
      return undefined;
    });
  });

  it('that does not say which academy it is of is unreadable', async () => {
    await onSqlite(async (db) => {
      const given = small();
      given.EtabEducNat = [
        { id: '1', attributes: school('1', SCHOOL_A).attributes.filter(([name]) => name !== 'ENTServAcCodeAcademie') },
      ];
      await expect(deliver(db, given, { spoiling: { comment: 'nothing' } })).rejects.toMatchObject({
        code: 'feed_unreadable',
      });
    });
  });
});

describe('an export that is not whole', () => {
  it.each([
    ['cut in a value', (text: string) => text.slice(0, text.indexOf('Nom104') + 2)],
    ['cut between two records', (text: string) => text.slice(0, text.indexOf('</addRequest>') + 13)],
    ['without its last tag', (text: string) => text.replace('</ficAlimMENESR>', '')],
    ['empty', () => ''],
    ['of changes', (text: string) => text.replaceAll('addRequest', 'modifyRequest')],
    ['of departures', (text: string) => text.replaceAll('addRequest', 'deleteRequest')],
  ])('%s is incomplete', (_, change) => refused('feed_incomplete', ({ fileOf }) => rewrite(fileOf('Eleve'), change)));

  it.each([
    'EtabEducNat',
    'Eleve',
    'PersRelEleve',
    'PersEducNat',
    'MatiereEducNat',
  ])('without %s is incomplete', (category) =>
    refused('feed_incomplete', ({ fileOf }) => rmSync(fileOf(category)) as undefined));

  it('with a gap in its numbers is incomplete', () =>
    refused('feed_incomplete', ({ fileOf }) => copyFileSync(fileOf('Eleve'), fileOf('Eleve', 2)) as undefined));

  it.each([0, 1, 2])('whose files of a category begin at 1 is incomplete, with %d others', (others) =>
    refused('feed_incomplete', ({ fileOf }) => {
      renameSync(fileOf('Eleve'), fileOf('Eleve', 1));
      for (const category of ['PersRelEleve', 'EtabEducNat'].slice(0, others))
        renameSync(fileOf(category), fileOf(category, 1));
      return undefined;
    }));

  it('names the file that is missing, in an archive too', async () => {
    const details = { category: 'Eleve', number: 0 };
    await refused(
      'feed_incomplete',
      ({ fileOf }) => renameSync(fileOf('Eleve'), fileOf('Eleve', 1)) as undefined,
      details,
    );
    const later = ({ name, ...entry }: Entry) => ({ ...entry, name: name.replace('_Eleve_0000', '_Eleve_0001') });
    await refused('feed_incomplete', (folder) => tarOf(folder, entriesOf(folder).map(later)), details);
  });

  it('is whole with every number from 0, however many', async () => {
    const given = small();
    const folder = write(given);
    try {
      for (const [number, records] of [
        given.Eleve.slice(0, 4),
        given.Eleve.slice(4, 9),
        given.Eleve.slice(9),
      ].entries())
        writeFileSync(folder.fileOf('Eleve', number), xmlOf('Eleve', records));
      await onSqlite(async (db) => {
        const report = await importFeed(db, { path: folder.path, at: AT });
        expect(report).toMatchObject({ files: 7, categories: { Eleve: { read: 10, applied: 10 } } });
      });
    } finally {
      folder.remove();
    }
  });

  it('named a Delta is incomplete', () =>
    refused(
      'feed_incomplete',
      ({ fileOf }) => renameSync(fileOf('Eleve'), fileOf('Eleve').replace('Complet', 'Delta')) as undefined,
    ));
});

describe('an export that is mixed', () => {
  it('of two dates is refused', () =>
    refused(
      'feed_mixed',
      ({ fileOf }) => renameSync(fileOf('Eleve'), fileOf('Eleve').replace('20260901', '20260902')) as undefined,
    ));

  it('of two academies is refused, whether the comment or a school says it', async () => {
    const file = (category: string) => `T-ENT2D_Complet_20260901_${category}_0000.xml`;
    await refused(
      'feed_mixed',
      ({ fileOf }) => rewrite(fileOf('Eleve'), (text) => text.replace('Export="99"', 'Export="13"')),
      { file: file('Eleve') },
    );
    await refused(
      'feed_mixed',
      ({ fileOf }) => rewrite(fileOf('EtabEducNat'), (text) => text.replace('>099<', '>013<')),
      { file: file('EtabEducNat'), line: 5 },
    );
  });

  it('of an academy that is none, in the comment, is refused by the name of the file', () =>
    refused(
      'feed_unreadable',
      ({ fileOf }) => rewrite(fileOf('Eleve'), (text) => text.replace('Export="99"', 'Export="ORLEANS"')),
      { file: 'T-ENT2D_Complet_20260901_Eleve_0000.xml' },
    ));

  it('of two degrees is refused', () =>
    refused('feed_mixed', ({ fileOf }) =>
      rewrite(fileOf('Eleve'), (text) => text.replace('degre="2D"', 'degre="1D"')),
    ));

  it('of two projects is refused', () =>
    refused(
      'feed_mixed',
      ({ fileOf }) => renameSync(fileOf('Eleve'), fileOf('Eleve').replace('T-ENT2D', 'U-ENT2D')) as undefined,
    ));

  it('takes 99 and 099 for one academy', async () => {
    await onSqlite(async (db) => {
      expect(await deliver(db, small())).toMatchObject({ academy: '099' });
    });
  });
});

describe('an export that is old', () => {
  it('is refused once a newer one is applied; one of the same day is not', async () => {
    await onSqlite(async (db) => {
      await deliver(db, small(), { spoiling: { date: '20260905' } });
      await expect(deliver(db, small(), { spoiling: { date: '20260904' } })).rejects.toMatchObject({
        code: 'feed_stale',
        details: { date: '20260904', last: '20260905' },
      });
      await deliver(db, small(), { spoiling: { date: '20260905', prefix: 'U-ENT2D' } });
    });
  });
});

describe('encodings', () => {
  it.each([
    ['UTF-8, declared', '<?xml version="1.0" encoding="UTF-8"?>', 'utf8'],
    ['UTF-8 with a mark', '\uFEFF<?xml version="1.0" encoding="utf-8"?>', 'utf8'],
    ['UTF-8, not declared', '', 'utf8'],
    ['ISO-8859-15', "<?xml version='1.0' encoding='ISO-8859-15'?>", 'latin1'],
  ] as const)('%s is read', async (_, declaration, encoding) => {
    await onSqlite(async (db) => {
      const given = small();
      given.Eleve[0] = pupil('100', ['200$10$1$1$1$0'], ['sn', 'Bœuf-Noël'], ['givenName', 'Éloïse']);
      // ISO-8859-15 has œ at 0xBD, where latin1 has ½
      const sn = encoding === 'latin1' ? 'B\xbduf-Noël' : 'Bœuf-Noël';
      given.Eleve[0] = pupil('100', ['200$10$1$1$1$0'], ['sn', sn], ['givenName', 'Éloïse']);
      await deliver(db, given, { spoiling: { declaration, encoding } });
      expect(await db('person').where({ given_name: 'Éloïse' })).toMatchObject([{ family_name: 'Bœuf-Noël' }]);
    });
  });
});

interface Entry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly type?: 'file' | 'symlink' | 'link' | 'directory';
  readonly linkname?: string;
}

function entriesOf(folder: Folder, inside = ''): Entry[] {
  return ['Eleve', 'PersEducNat', 'PersRelEleve', 'MatiereEducNat', 'EtabEducNat'].map((category) => ({
    name: `${inside}${basename(folder.fileOf(category))}`,
    content: readFileSync(folder.fileOf(category)),
  }));
}

async function tarOf(folder: Folder, entries: readonly Entry[]): Promise<string> {
  const tar = pack();
  for (const { name, content = '', type = 'file', linkname } of entries)
    tar.entry({ name, type, ...(linkname === undefined ? {} : { linkname }) }, content);
  tar.finalize();
  const path = join(folder.path, 'export.tar.gz');
  writeFileSync(path, await buffer(tar.pipe(createGzip())));
  return path;
}

describe('an archive', () => {
  it('says what its folder says, in any order and any subfolder', async () => {
    const folder = write(small());
    try {
      await onSqlite(async (db) => {
        const path = await tarOf(folder, [
          { name: 'x/', type: 'directory' },
          ...entriesOf(folder, 'x/'),
          { name: 'x/ficAlimMENESR.dtd', content: 'x' },
        ]);
        const report = await importFeed(db, { path, at: AT });
        expect(report).toMatchObject({ files: 5, persons: { created: 22 } });
        expect(await sentences(db, SCHOOL_A)).toContain('200 guards 100');
        expect(await importFeed(db, { path: folder.path, at: AT })).toMatchObject({ facts: { begun: 0, ended: 0 } });
      });
    } finally {
      folder.remove();
    }
  });

  it.each([
    ['a name that climbs', { name: '../../tmp/preau-escaped.xml', content: 'x' }],
    ['an absolute name', { name: '/tmp/preau-escaped.xml', content: 'x' }],
    ['a name that climbs with backslashes', { name: '..\\preau-escaped.xml', content: 'x' }],
    ['a symbolic link', { name: 'a.xml', type: 'symlink', linkname: '/etc/passwd' }],
    ['a hard link', { name: 'a.txt', type: 'link', linkname: '/etc/passwd' }],
  ] as const)('with %s is refused, and nothing is written outside', async (_, entry) => {
    await refused('feed_hostile', (folder) => tarOf(folder, [...entriesOf(folder), entry]));
    expect(existsSync('/tmp/preau-escaped.xml')).toBe(false);
  });

  it('with the same file twice is refused', () =>
    refused('feed_hostile', (folder) => tarOf(folder, [...entriesOf(folder), ...entriesOf(folder, 'again/')])));

  it('with 20,000 entries is refused', () =>
    refused('feed_hostile', (folder) =>
      tarOf(folder, [...entriesOf(folder), ...Array.from({ length: 20_000 }, (_, index) => ({ name: `f${index}` }))]),
    ));

  it('with 20,000 entries of one name is refused', () =>
    refused('feed_hostile', (folder) =>
      tarOf(folder, [...entriesOf(folder), ...Array.from({ length: 20_000 }, () => ({ name: 'f' }))]),
    ));

  it('that grows a thousand times is refused', () =>
    refused('feed_hostile', (folder) =>
      tarOf(folder, [{ name: 'zeros.bin', content: Buffer.alloc(64 * 2 ** 20) }, ...entriesOf(folder)]),
    ));

  it('that is cut short is incomplete, and one that is none is unreadable', async () => {
    await refused('feed_incomplete', async (folder) => {
      const path = await tarOf(folder, entriesOf(folder));
      const whole = await buffer(createReadStream(path));
      writeFileSync(path, whole.subarray(0, whole.length - 200));
      return path;
    });
    await refused('feed_unreadable', (folder) => {
      writeFileSync(join(folder.path, 'x.tar.gz'), 'not an archive');
      return join(folder.path, 'x.tar.gz');
    });
    await refused('feed_unreadable', (folder) => {
      writeFileSync(join(folder.path, 'x.tgz'), gzipSync('y'.repeat(5000)));
      return join(folder.path, 'x.tgz');
    });
  });

  it('without a category is incomplete', () =>
    refused('feed_incomplete', (folder) => tarOf(folder, entriesOf(folder).slice(1))));
});

describe('a folder that changes while it is read', () => {
  const afterListing = async (change: (path: string) => void): Promise<unknown> => {
    const folder = write(small());
    try {
      const archive = await openArchive(folder.path, { wanted: isWanted, order: byCategory });
      change(folder.fileOf('Eleve'));
      for await (const { bytes } of archive.files()) await buffer(bytes);
      return undefined;
    } catch (error) {
      return (error as Refusal).code;
    } finally {
      folder.remove();
    }
  };

  it('is read as it is when nothing changes', async () => {
    expect(await afterListing(() => undefined)).toBeUndefined();
  });

  it('is refused when a file becomes a link, or a pipe that nobody writes to', async () => {
    const swap = (make: (path: string) => void) => (path: string) => {
      rmSync(path);
      make(path);
    };
    expect(await afterListing(swap((path) => symlinkSync('/etc/passwd', path)))).toBe('feed_hostile');
    expect(await afterListing(swap((path) => execFileSync('mkfifo', [path])))).toBe('feed_hostile');
  });

  it('is refused when a file is gone', async () => {
    expect(await afterListing(rmSync)).toBe('feed_unreadable');
  });
});

describe('an export that does not fit in memory', () => {
  it('school by school is refused, however small each record', async () => {
    const staging = await openStaging();
    try {
      const body = { givenName: 'x'.repeat(limits.record / 2), familyName: 'x' };
      const schools = [{ id: '1', loose: false }];
      for (let id = 0; id <= (limits.school * 2) / limits.record; id += 1) {
        const record = { id: String(id), body, quarantined: false, problems: [], schools };
        staging.add(record, { category: 'Eleve', file: 'x', line: id });
        await staging.relieve();
      }
      await expect(staging.settle()).rejects.toMatchObject({ code: 'feed_hostile' });
    } finally {
      await staging.close();
    }
  });
});

describe('a list without end', () => {
  it.each([
    [limits.listed, true],
    [limits.listed + 1, false],
  ])('of %i levels, each of which says next to nothing: taken %s', async (count, taken) => {
    const staging = await openStaging();
    try {
      for (let id = 0; id < count; id += 1) {
        const record = { id: String(id), body: {}, quarantined: false, problems: [], schools: [] };
        staging.add(record, { category: 'MefEducNat', file: 'x', line: id });
        if (id % 1_000 === 0) await staging.relieve();
      }
      if (taken) await staging.settle();
      else await expect(staging.settle()).rejects.toMatchObject({ code: 'feed_hostile' });
    } finally {
      await staging.close();
    }
  });
});

describe('a refusal in the last file', () => {
  it('leaves nothing of the files before it', () =>
    refused('feed_incomplete', ({ fileOf }) => {
      writeFileSync(fileOf('PersEducNat', 1), xmlOf('PersEducNat', []).slice(0, -20));
      appendFileSync(fileOf('PersEducNat', 1), '');
      return undefined;
    }));
});
