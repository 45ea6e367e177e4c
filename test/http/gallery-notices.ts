// The pages of notices with plausible data, for those who look at every page.
import { type Rendering, render, type View } from '../../src/http/pages.ts';
import { dataHeld } from '../../src/privacy/notices/data.ts';
import { composeNotice, composeTerms, type Level, type NoticeContent } from '../../src/privacy/notices/document.ts';
import { type CharterData, charterPage } from '../../views/notices/charter.tsx';
import { type NoticePageData, noticeTextPage } from '../../views/notices/notice.tsx';
import { openingPage } from '../../views/notices/opening.tsx';
import { type SchoolNoticesData, schoolNoticesPage } from '../../views/notices/school.tsx';
import { termsPage } from '../../views/notices/terms.tsx';

const token = 'a.b';
const content: NoticeContent = {
  degrees: [2],
  recipients: [
    {
      id: 'logbook',
      name: 'Cahier de textes',
      purpose: 'Tenir le cahier de textes des classes et des groupes, et le lire à la maison.',
      responsible: 'Le collège Les Tilleuls, avec le département',
      claims: ['name', 'roles', 'schools', 'classes', 'children'],
      asks: ['rights', 'grants'],
    },
  ],
  held: dataHeld(),
  readers: ['owner', 'team', 'head', 'pupil', 'guardian'],
  absenceReaders: ['self', 'secretariat', 'head'],
  decisionMonths: 12,
};
const document = composeNotice(content);

function notice(level: Level, more: Partial<NoticePageData> = {}): NoticePageData {
  return {
    level,
    levels: [
      { label: 'Pour les adultes', href: '/notices?level=adult', current: level === 'adult' },
      { label: 'De 11 à 15 ans', href: '/notices?level=teen', current: level === 'teen' },
      { label: 'Avant 11 ans', href: '/notices?level=child', current: level === 'child' },
    ],
    schools: [],
    school: { uai: '0900001A', name: 'Collège Les Tilleuls', degree: 2 },
    sections: document.fr[level],
    own: ['Le collège utilise aussi un agenda papier.'],
    officer: 'Claire Dumas, dpd@academie.example',
    board: '14 octobre 2026',
    version: '0f3c9e12ab34cd56ef78',
    from: '1 septembre 2026',
    present: '/notices?school=0900001A',
    history: [],
    told: [],
    read: [],
    asksSchool: false,
    unknown: false,
    ...more,
  };
}

const school: SchoolNoticesData = {
  token,
  school: { uai: '0900001A', name: 'Collège Les Tilleuls' },
  schools: [
    { label: 'Collège Les Tilleuls', href: '/school/notices?school=0900001A', current: true },
    { label: 'Lycée Camus', href: '/school/notices?school=0900002B', current: false },
  ],
  share: {
    lines: [
      { categories: ['pupil'], people: 412, told: { percent: 83 } },
      { categories: ['guardian', 'staff'], people: 733, told: 'almost_all' },
    ],
    all: { people: 1145, told: { percent: 93 } },
    late: 14,
    nextDay: '1 décembre 2026',
  },
  boardDay: '2026-10-14',
  boardText: '14 octobre 2026',
  groups: [
    { id: '019b', label: '6e A', count: 24, printed: true },
    { id: '019c', label: '6e B', count: 26, printed: false },
    { id: 'staff', label: '', count: 3, printed: false },
    { id: 'apart', label: '', count: 1, printed: false },
  ],
  opening: { convention: 'Convention 2026-14', conventionDay: '2026-06-30', informedDay: '', officer: '' },
  own: 'Le collège utilise aussi un agenda papier.',
  charter: { text: 'Nous restons polis.', votedDay: '' },
  done: 'board',
};

const charters: CharterData = {
  token,
  signedIn: true,
  schools: [
    {
      uai: '0900001A',
      name: 'Collège Les Tilleuls',
      degree: 2,
      charter: {
        hash: 'ab',
        paragraphs: ['Nous restons polis.', 'Nous protégeons nos mots de passe.'],
        votedOn: '14 octobre 2026',
        recordedOn: '15 octobre 2026',
        acceptedOn: '12 novembre 2026',
      },
    },
    {
      uai: '0900002B',
      name: 'Lycée Camus',
      degree: 2,
      charter: { hash: 'cd', paragraphs: ['Respect des autres.'], recordedOn: '15 octobre 2026' },
    },
    { uai: '0900003C', name: 'École Jules-Verne', degree: 1 },
  ],
  done: 'accepted',
};

function shown<Data>(view: View<Data>, data: Data, rendering: Rendering = {}) {
  return (ctx: Parameters<typeof render>[0]) => render(ctx, view, data, rendering);
}

export const noticesGallery = {
  'notice-adult': shown(
    noticeTextPage,
    notice('adult', {
      told: ['Le 9 septembre 2026, par courriel (version 0f3c9e12ab34cd56ef78)'],
      read: ['Cahier de textes, le 12 novembre 2026'],
      schools: [
        { label: 'Collège Les Tilleuls', href: '/notices?school=0900001A', current: true },
        { label: 'Lycée Camus', href: '/notices?school=0900002B', current: false },
      ],
      history: [
        {
          version: '11aa22bb33cc44dd55ee',
          from: '1 juin 2026',
          until: '1 septembre 2026',
          href: '/notices/11aa22bb33cc44dd55ee',
        },
      ],
    }),
  ),
  'notice-teen': shown(noticeTextPage, notice('teen')),
  'notice-child': shown(noticeTextPage, notice('child', { officer: '', board: undefined })),
  'notice-visitor': shown(
    noticeTextPage,
    notice('adult', { school: undefined, own: [], asksSchool: true, unknown: true }),
  ),
  'notice-past': shown(noticeTextPage, notice('adult', { until: '1 octobre 2026' })),
  terms: shown(termsPage, {
    levels: [
      { label: 'Pour les adultes', href: '/terms?level=adult', current: true },
      { label: 'Pour les élèves', href: '/terms?level=teen', current: false },
    ],
    history: [],
    sections: composeTerms().fr.adult,
    version: '0f3c9e12ab34cd56ef78',
    from: '1 septembre 2026',
  }),
  charter: shown(charterPage, charters),
  'charter-refused': shown(charterPage, { ...charters, done: undefined, fault: 'not_found' }, { status: 422 }),
  'charter-none': shown(charterPage, { token: '', signedIn: false, schools: [] }),
  'school-notices': shown(schoolNoticesPage, school),
  'school-notices-refused': shown(
    schoolNoticesPage,
    {
      ...school,
      done: undefined,
      fault: 'letters_not_printed',
      share: { lines: [], all: undefined, late: 'few' },
      groups: [],
      boardDay: '',
      boardText: undefined,
    },
    { status: 422 },
  ),
  'school-opening': shown(openingPage, {
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        degree: 2,
        convention: { reference: 'Convention 2026-14', day: '30 juin 2026' },
        notice: { version: '0f3c9e12ab34cd56ef78', from: '1 septembre 2026' },
        charter: {},
        records: true,
      },
      { uai: '0900002B', name: 'Lycée Camus', degree: 2, records: false },
    ],
  }),
} as const;
