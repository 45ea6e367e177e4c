// Every page with plausible data, by name: to be looked at, walked by axe and searched for what must not be there.
import Router from '@koa/router';
import { showSecret } from '../../src/accounts/factors/totp.ts';
import { serveAsset } from '../../src/http/assets.ts';
import { type Rendering, render, type View } from '../../src/http/pages.ts';
import { comesFrom } from '../../src/oidc/marked.ts';
import { accountHomePage } from '../../views/account/account.tsx';
import { closedPage, closePage } from '../../views/account/close.tsx';
import { emailPage } from '../../views/account/email.tsx';
import { passwordPage } from '../../views/account/password.tsx';
import { choosePasswordPage, resetDonePage, resetPage } from '../../views/account/reset.tsx';
import { circlePage } from '../../views/circles/circle.tsx';
import { circlesPage } from '../../views/circles/circles.tsx';
import { heldPage } from '../../views/data/held.tsx';
import { incidentLogPage, incidentsPage } from '../../views/data/incidents.tsx';
import { logPage } from '../../views/data/log.tsx';
import { mePage } from '../../views/data/me.tsx';
import { dataReadersPage } from '../../views/data/readers.tsx';
import { sessionsPage } from '../../views/data/sessions.tsx';
import { errorPage } from '../../views/error.tsx';
import { addFactorPage } from '../../views/factors/add.tsx';
import { recoveryCodesPage } from '../../views/factors/codes.tsx';
import { factorsPage } from '../../views/factors/list.tsx';
import { provePage } from '../../views/factors/prove.tsx';
import { lostFactorPage } from '../../views/factors/school.tsx';
import { disputesPage } from '../../views/family/disputes.tsx';
import { familyPage } from '../../views/family/family.tsx';
import { joinPage } from '../../views/family/join.tsx';
import { homePage } from '../../views/home.tsx';
import { logbookPage } from '../../views/logbooks/logbook.tsx';
import { logbooksPage } from '../../views/logbooks/logbooks.tsx';
import { validationsPage } from '../../views/logbooks/validations.tsx';
import { notFoundPage } from '../../views/not-found.tsx';
import { privacyPage } from '../../views/privacy.tsx';
import { handledPage } from '../../views/requests/handled.tsx';
import { lettersPage, writersPage } from '../../views/requests/letters.tsx';
import { minePage } from '../../views/requests/mine.tsx';
import { objectedPage } from '../../views/requests/objected.tsx';
import { onePage } from '../../views/requests/one.tsx';
import { processingPage, requestRegisterPage } from '../../views/requests/registers.tsx';
import { reportPage } from '../../views/requests/report.tsx';
import { schoolRequestsPage } from '../../views/requests/school.tsx';
import { letterRunPage, lettersPage as schoolLettersPage } from '../../views/school/letters.tsx';
import { pupilsResetPage } from '../../views/school/reset.tsx';
import { workstationsPage } from '../../views/school/workstations.tsx';
import { activatedPage, activationAccountPage, activationPage } from '../../views/sign-in/activation.tsx';
import { cardPage, cardPlacesPage } from '../../views/sign-in/card.tsx';
import { loginPage } from '../../views/sign-in/login.tsx';
import { noticePage } from '../../views/sign-in/notice.tsx';
import { signedOutPage, signOutPage, switchPersonPage } from '../../views/sign-in/sign-out.tsx';
import { licencesGallery } from './gallery-licences.ts';
import { noticesGallery } from './gallery-notices.ts';
import { publishersGallery } from './gallery-publishers.ts';
import { resourcesGallery } from './gallery-resources.ts';
import { upstreamGallery } from './gallery-upstream.ts';

const line = {
  id: '019a',
  logbook: { id: '019b', title: 'Mathématiques, 6e A' },
  colleague: 'Olga Petit',
  owner: 'Tom Garnier',
  until: '18 décembre 2026',
  lastDay: '2026-12-18',
} as const;
const readers = {
  staff: [
    { rule: 'owner', why: 'La personne qui tient un cahier le lit et y écrit.', people: [{ name: 'Tom Garnier' }] },
    {
      rule: 'colleague',
      why: 'Un collègue lit le cahier que son auteur lui a ouvert.',
      people: [{ name: 'Olga Petit', until: '18 décembre 2026' }],
    },
  ],
  archive: [],
  families: [
    { category: 'pupil', count: 24 },
    { category: 'guardian', count: 41 },
  ],
  until: '14 août 2027',
} as const;
const inspection = {
  id: '019e',
  inspector: 'Ivan Leduc',
  named: 'Tom Garnier, 6e A',
  motive: 'Rendez-vous de carrière',
  from: '1 décembre 2026',
  until: '18 décembre 2026',
};
const incident = {
  id: '01b0',
  name: 'Tom Garnier',
  from: '2 novembre 2026',
  to: '9 novembre 2026',
  motive: 'Connexions de nuit signalées le 5 novembre par le gardien',
  askedBy: 'Hélène Marchand',
  askedOn: '12 novembre 2026',
} as const;
const chorale = {
  id: '01ac',
  name: 'Chorale',
  purpose: 'Chanter ensemble le jeudi midi',
  beyond: true,
  until: '14 août 2027',
} as const;
const lettersRun = {
  id: '01c0',
  kind: 'activation',
  who: 'families',
  class: '6A',
  day: '12 novembre 2026',
  by: 'Hélène Marchand',
  sheets: 41,
  mailed: 7,
  stopped: false,
  printable: true,
} as const;
const days = { first: '2026-11-12', last: '2027-08-14', lastText: '14 août 2027' };
const uid = 'k3jh4kjh3k4jh3k4jhk3jh4';
const token = 'a.b';
const requestId = '4e5cf0a2-6a55-4e0e-9b0c-1f4ad1f2a7a1';
const module = {
  name: 'Cahier de textes',
  purpose: 'Tenir le cahier de textes des classes et des groupes, et le lire à la maison.',
  responsible: 'Le collège Les Tilleuls, avec le département',
  schools: ['Collège Les Tilleuls', 'École Jules-Verne', 'Lycée Camus'],
};

const factorForm = {
  action: `/interaction/${uid}`,
  token,
  module: 'Cahier de textes',
  cancel: `/interaction/${uid}/cancel`,
};

function shown<Data>(view: View<Data>, data: Data, rendering: Rendering = {}) {
  return (ctx: Parameters<typeof render>[0]) => render(ctx, view, data, rendering);
}

const asked = {
  id: '01b1',
  kind: 'objection',
  target: 'all',
  state: 'open',
  received: '12 novembre 2026',
  due: '12 décembre 2026',
  late: false,
  left: 8,
  signatories: 1,
} as const;
const handled = {
  ...asked,
  person: 'Tania Lopez',
  attached: true,
  online: false,
  mandate: ['Courrier 12', 'SNES'],
} as const;
const entry = {
  entry: 'directory',
  version: 2,
  hash: 'a1'.repeat(32),
  since: '1 septembre 2026',
  until: '1 novembre 2026',
  title: "Annuaire de l'établissement",
  parts: [
    { part: 'controller', lines: ["Le chef d'établissement."] },
    { part: 'data', lines: ['élèves : le nom et le prénom', 'personnel : les fonctions'] },
  ],
} as const;
const nothingTyped = { reason: '', ground: '', act: '', holder: '', reference: '', document: '' };
const wishes = [
  { kind: 'access', targets: ['all'] },
  { kind: 'objection', targets: ['all', 'email'] },
] as const;
const envelope = {
  school: '0900001A',
  received: '2026-11-12',
  wish: 'objection all',
  wanted: '',
  words: 'Modèle de lettre.',
  people: 'Tania Lopez\nThéo Blanc',
  identity: 'known',
  holder: 'SNES',
  reference: 'Courrier 12',
  document: '',
};

/** The same page on a shared workstation, where somebody is signed in. */
function sharedHome(ctx: Parameters<typeof render>[0]) {
  comesFrom(ctx.req, { id: 'w', school: '0900001A', place: 'CDI, de 8 h à 17 h', markedAt: 0 });
  render(ctx, workstationsPage, {
    token,
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        places: [],
        marked: [{ id: '01b1', place: 'CDI, de 8 h à 17 h', since: '12 novembre 2026' }],
      },
    ],
  });
}

export const gallery = {
  'workstations-here': sharedHome,
  workstations: shown(workstationsPage, {
    token,
    schools: [
      { uai: '0900001A', name: 'Collège Les Tilleuls', places: ['CDI, de 8 h à 17 h'], marked: [] },
      { uai: '0900003C', name: 'École Jules-Verne', places: [], marked: [] },
    ],
    fault: 'place_missing',
  }),
  'my-requests': shown(minePage, {
    token,
    requests: [
      { ...asked, school: 'Collège Les Tilleuls' },
      {
        ...asked,
        id: '01b2',
        kind: 'access',
        state: 'accepted',
        decided: '1 décembre 2026',
        school: 'École Jules-Verne',
        child: 'Léa Bernard',
      },
    ],
    kinds: ['access', 'rectification', 'erasure', 'objection', 'exposure'],
    done: 'filed',
  }),
  'my-requests-new': shown(minePage, {
    token,
    requests: [],
    kinds: ['access', 'erasure'],
    form: {
      kind: 'erasure',
      schools: [
        { value: '0900001A', label: 'Collège Les Tilleuls' },
        { value: '0900003C', label: 'École Jules-Verne' },
      ],
      persons: [
        { value: '1', label: 'Moi' },
        { value: '2', label: 'Léa Bernard' },
      ],
      targets: ['all', 'account'],
      logbooks: [{ value: 'logbook:019b', label: 'Mathématiques, 6e A' }],
      modules: [],
      typed: { school: '0900001A', about: '1', target: 'account', wanted: '', words: 'Je pars.', signatories: '1' },
    },
    fault: 'request_open',
  }),
  'my-requests-correct': shown(minePage, {
    token,
    requests: [],
    kinds: ['rectification'],
    form: {
      kind: 'rectification',
      schools: [{ value: '0900001A', label: 'Collège Les Tilleuls' }],
      persons: [{ value: '1', label: 'Moi' }],
      targets: ['givenName', 'familyName', 'other'],
      logbooks: [],
      modules: [],
      typed: { school: '', about: '1', target: '', wanted: '', words: '', signatories: '1' },
    },
    fault: 'correction_missing',
  }),
  'my-requests-module': shown(minePage, {
    token,
    requests: [],
    kinds: ['objection'],
    form: {
      kind: 'objection',
      schools: [{ value: '0900001A', label: 'Collège Les Tilleuls' }],
      persons: [
        { value: '1', label: 'Moi' },
        { value: '2', label: 'Léa Bernard' },
      ],
      targets: ['all', 'email'],
      logbooks: [],
      modules: [{ value: 'module:agenda', label: 'Agenda de la classe' }],
      typed: { school: '', about: '2', target: 'module:agenda', wanted: '', words: '', signatories: '1' },
    },
    fault: 'request_words_missing',
  }),
  'my-request-module': shown(onePage, {
    token,
    line: { ...asked, target: 'module', module: 'Agenda de la classe', state: 'accepted', decided: '20 novembre 2026' },
    school: 'Collège Les Tilleuls',
    child: 'Léa Bernard',
    reason: 'Vous expliquez ce que ce service a montré de votre enfant.',
    effect: 'module',
    withdrawal: 'honoured',
  }),
  objected: shown(
    objectedPage,
    { module: 'Agenda de la classe', day: '20 novembre 2026', back: { uid, token } },
    { status: 403 },
  ),
  'my-request': shown(onePage, {
    token,
    line: { ...asked, state: 'accepted', extended: '1 décembre 2026', decided: '20 janvier 2027' },
    school: 'Collège Les Tilleuls',
    child: 'Paul Bernard',
    mandate: ['Courrier 12', 'SNES'],
    document: '/me/requests/01b1/mandate',
    words: 'Mon enfant est menacé.\nNous préférons le papier.',
    extensionReason: 'Quarante demandes sont arrivées le même jour.',
    reason: 'Les pièces que vous donnez établissent une menace actuelle.',
    effect: 'objection',
    withdrawal: 'honoured',
  }),
  'my-request-copy': shown(onePage, {
    token,
    line: { ...asked, kind: 'access', state: 'accepted', decided: '20 novembre 2026' },
    school: 'Collège Les Tilleuls',
    reason: 'Voici votre copie.',
    effect: 'access',
    copy: '/me/copy',
  }),
  'school-requests': shown(schoolRequestsPage, {
    token,
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        open: [
          { ...handled, late: true },
          { ...handled, id: '01b3', attached: false, person: 'Quelqu’un Parti' },
          { ...handled, id: '01b4' },
        ],
        upstream: [
          { ...handled, id: '01b5', kind: 'rectification', target: 'familyName', wanted: 'Lopès', state: 'accepted' },
        ],
        letters: [{ ...handled, id: '01b6', state: 'refused', decided: '20 novembre 2026' }],
        closed: [{ ...handled, id: '01b7', state: 'withdrawn' }],
        files: true,
        oversees: true,
      },
    ],
    done: 'filed',
  }),
  'school-request': shown(handledPage, {
    token,
    line: { ...handled, attached: false },
    school: 'Collège Les Tilleuls',
    words: 'Je m’oppose.',
    identity: 'awaited',
    hash: 'ab'.repeat(32),
    document: '/school/requests/01b1/mandate',
    lacksMandate: false,
    close: 0,
    answering: 'yes',
    extends: true,
    acceptable: true,
    grounds: ['no_own_reason', 'prevailing'],
    checks: ['known', 'document', 'contact', 'awaited'],
    candidates: [{ value: '1', label: 'Tania Lopez, enseignement' }],
    searched: 'Tania Lopez',
    typed: { ...nothingTyped, reason: 'non', act: 'refuse' },
    fault: 'reason_thin',
  }),
  'school-request-logbook': shown(handledPage, {
    token,
    line: {
      ...handled,
      kind: 'erasure',
      target: 'logbook',
      logbook: 'Mathématiques, 6e A',
      mandate: undefined,
      online: true,
    },
    school: 'Collège Les Tilleuls',
    words: 'C’est à moi.',
    identity: 'session',
    close: 0,
    answering: 'yes',
    extends: false,
    acceptable: false,
    grounds: ['archives', 'public_task'],
    checks: ['known'],
    searched: '',
    lacksMandate: false,
    typed: nothingTyped,
  }),
  'school-request-refused': shown(handledPage, {
    token,
    line: { ...handled, state: 'refused', decided: '20 novembre 2026' },
    school: 'Collège Les Tilleuls',
    identity: 'known',
    reason: 'Vous ne donnez aucune raison qui vous soit propre.',
    ground: 'no_own_reason',
    decidedBy: ['Hélène Marchand', '20 novembre 2026'],
    close: 3,
    answering: 'own',
    extends: false,
    acceptable: true,
    grounds: [],
    checks: [],
    searched: '',
    report: '/report',
    copy: '/school/requests/01b1/copy',
    lacksMandate: false,
    typed: nothingTyped,
  }),
  'school-request-mandate': shown(handledPage, {
    token,
    line: { ...handled, mandate: undefined },
    school: 'Collège Les Tilleuls',
    words: 'Je m’oppose.',
    identity: 'known',
    close: 0,
    answering: 'no',
    extends: false,
    acceptable: true,
    grounds: [],
    checks: ['known'],
    searched: '',
    lacksMandate: true,
    typed: { ...nothingTyped, act: 'mandate', holder: 'SNES', reference: 'Courrier 12', document: '01b9' },
    kept: ['PDF', '212'],
    fault: 'mandate_other',
  }),
  'request-letters': shown(lettersPage, {
    token,
    schools: [{ value: '0900001A', label: 'Collège Les Tilleuls' }],
    wishes,
    modules: [{ value: 'module:agenda', label: 'Agenda de la classe' }],
    checks: ['known', 'document', 'contact', 'awaited'],
    typed: { ...envelope, document: '01b9' },
    kept: ['PDF', '212'],
    today: '2026-11-12',
    fault: 'mandate_incomplete',
  }),
  'request-writers': shown(writersPage, {
    token,
    typed: envelope,
    batch: 'ab'.repeat(16),
    writers: [
      { name: 'Tania Lopez', candidates: [{ value: '1', label: 'Tania Lopez, enseignement' }], chosen: '' },
      { name: 'Théo Blanc', candidates: [], chosen: '' },
    ],
  }),
  'request-register': shown(requestRegisterPage, {
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        lines: [
          {
            ...handled,
            state: 'refused',
            decided: '20 novembre 2026',
            reason: 'Vous ne donnez aucune raison.',
            document: '/school/requests/01b1/mandate',
            close: 2,
          },
          { ...handled, id: '01b8', late: true, close: 0 },
        ],
      },
      { uai: '0900002B', name: 'Lycée Camus', lines: [] },
    ],
  }),
  processing: shown(processingPage, { day: '2026-11-12', today: '2026-11-12', wrongDay: true, entries: [entry] }),
  report: shown(reportPage, {
    objects: [
      { value: 'person:1', label: 'Mes données' },
      { value: 'logbook:019b', label: 'Le cahier : Mathématiques, 6e A' },
    ],
    typed: { object: 'logbook:019b', key: '', day: '2026-11-12', time: '12:00' },
    today: '2026-11-12',
    report: {
      when: 'jeudi 12 novembre 2026 à 12:00',
      object: 'Le cahier : Mathématiques, 6e A',
      entries: [entry],
      notices: [
        {
          school: 'Collège Les Tilleuls',
          version: 'a1b2',
          since: '1 septembre 2026',
          href: '/notices/a1b2?school=0900001A',
        },
        { school: 'Lycée Camus' },
      ],
      enforced: [{ readers: [{ why: 'Élèves', count: '24 personnes' }] }],
      known: [
        { about: 'Collège Les Tilleuls, comme élève', readers: [{ why: 'Élèves', count: 'moins de 10 personnes' }] },
      ],
    },
  }),
  'report-fault': shown(reportPage, {
    objects: [{ value: 'person:1', label: 'Mes données' }],
    typed: { object: '', key: 'x', day: '2026-11-12', time: '' },
    today: '2026-11-12',
    fault: 'unknown',
  }),
  home: shown(homePage, {}),
  'home-signed-in': shown(homePage, {
    person: { name: 'Paula Bernard', since: Date.parse('2026-11-12T08:05:00Z'), services: [], ways: [] },
  }),
  'home-of-staff': shown(homePage, {
    person: {
      name: 'Hélène Marchand',
      since: Date.parse('2026-11-12T08:05:00Z'),
      services: [
        {
          name: 'Cahier de textes',
          purpose: 'Tenir le cahier de textes et le lire à la maison.',
          address: 'https://cahier.exemple.fr',
          schools: ['Collège Les Tilleuls', 'Lycée Camus'],
        },
        { name: 'Messagerie', purpose: 'Écrire aux familles et aux collègues.', schools: [] },
      ],
      ways: [{ to: 'otherLogbooks' }, { to: 'validations', count: 2 }, { to: 'incidents', count: 1 }, { to: 'me' }],
    },
  }),
  circles: shown(circlesPage, {
    token,
    waiting: [{ ...chorale, invitation: '01ad', inviter: 'Hélène Marchand', members: 4 }],
    agreeing: [{ ...chorale, name: 'Échecs', invitation: '01ae' }],
    own: [{ ...chorale, name: 'Projet théâtre' }],
    asks: [{ ...chorale, invitation: '01af', child: 'Paul Bernard', inviter: 'Tom Garnier' }],
    children: [{ ...chorale, child: 'Paul Bernard', key: '01b0', agreed: true }],
    schools: [
      { uai: '0900001A', name: 'Collège Les Tilleuls' },
      { uai: '0900003C', name: 'École Jules-Verne' },
    ],
    days: { first: '2026-11-12', last: '2027-08-14' },
    fault: 'circle_incomplete',
  }),
  'circles-empty': shown(circlesPage, {
    token,
    waiting: [],
    agreeing: [],
    own: [],
    asks: [],
    children: [],
    schools: [],
    days: { first: '', last: '' },
    done: 'refused',
  }),
  circle: shown(circlePage, {
    token,
    ...chorale,
    role: 'owner',
    members: [
      { key: '1', name: 'Hélène Marchand', role: 'owner', since: '12 novembre 2026', you: true, may: [] },
      { key: '2', name: 'Tom Garnier', role: 'moderator', since: '13 novembre 2026', you: false, may: ['unmoderate'] },
      {
        key: '3',
        name: 'Paul Bernard',
        role: 'member',
        since: '14 novembre 2026',
        you: false,
        may: ['moderate', 'remove'],
      },
    ],
    sent: [{ named: 'Olga Petit', day: '15 novembre 2026' }],
    done: 'invited',
  }),
  'circle-of-member': shown(circlePage, {
    token,
    ...chorale,
    beyond: false,
    role: 'member',
    members: [{ key: '3', name: 'Paul Bernard', role: 'member', since: '14 novembre 2026', you: true, may: [] }],
  }),
  logbooks: shown(logbooksPage, {
    token,
    news: [{ id: '1', sentence: 'Ivan Leduc peut inspecter vos cahiers.', day: '12 novembre 2026', motive: 'Visite' }],
    kept: [{ id: '019b', title: 'Mathématiques, 6e A', keepers: [], waiting: 1 }],
    schools: [
      { name: 'Lycée Camus', logbooks: [{ id: '019c', title: 'Latin, 2de 3', keepers: ['Théo Blanc'], waiting: 0 }] },
    ],
    search: { typed: 'lat', all: 212 },
    received: [{ ...line, standing: 'granted' }],
    askable: [{ id: '019d', label: 'Français, 6e A, Tania Lopez' }],
    days,
    done: 'asked',
  }),
  logbook: shown(logbookPage, {
    id: '019b',
    title: 'Mathématiques, 6e A',
    school: 'Collège Les Tilleuls',
    token,
    today: readers,
    past: { day: '', time: '09:00' },
    openings: [
      { ...line, standing: 'asked' },
      { ...line, id: '019f', standing: 'granted' },
      { ...line, id: '01a0', standing: 'ended', by: 'head', closedOn: '12 novembre 2026', reason: 'Fin du projet' },
    ],
    keeping: { colleagues: [{ id: '1', name: 'Carla Simon', function: 'school_life' }], days },
    fault: 'grant_refused_before',
  }),
  'logbook-past': shown(logbookPage, {
    id: '019b',
    title: 'Mathématiques, 6e A',
    school: 'Collège Les Tilleuls',
    token,
    today: readers,
    past: {
      day: '2026-11-12',
      time: '09:00',
      when: 'jeudi 12 novembre 2026 à 09:00',
      enforced: readers,
      known: readers,
      added: { ...readers, families: [] },
      removed: { ...readers, staff: [] },
    },
    openings: [],
  }),
  'logbook-archived': shown(logbookPage, {
    id: '019b',
    title: 'Mathématiques, 6e A',
    school: 'Collège Les Tilleuls',
    token,
    today: {
      staff: [],
      archive: [
        {
          rule: 'author',
          why: 'La personne qui a tenu un cahier le relit tant qu’il est conservé.',
          people: [{ name: 'Tom Garnier', until: '14 août 2032' }],
        },
        {
          rule: 'head',
          why: 'La cheffe ou le chef d’établissement lit les cahiers archivés, en écrivant son motif.',
          people: [{ name: 'Hélène Marchand' }],
        },
      ],
      families: [],
      until: '14 août 2028',
    },
    past: { day: '', time: '09:00' },
    openings: [],
  }),
  validations: shown(validationsPage, {
    token,
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        decides: true,
        pending: [
          { ...line, standing: 'offered', own: false },
          { ...line, id: '01a1', standing: 'offered', own: true, from: '1 décembre 2026' },
        ],
        active: [{ ...line, id: '01a2', standing: 'granted' }],
        refused: [
          { ...line, id: '01a3', standing: 'refused', by: 'head', closedOn: '12 novembre 2026', reason: 'Trop long' },
        ],
        inspections: { pending: [inspection], active: [{ ...inspection, id: '01a4' }] },
      },
    ],
    done: 'validated',
  }),
  me: shown(mePage, {
    closed: [
      { service: 'Agenda de la classe', day: '20 novembre 2026', href: '/me/requests/01b1' },
      { service: 'Photothèque', day: '1 décembre 2026', child: 'Léa Bernard' },
    ],
    name: 'Paula Bernard',
    children: [{ id: '1', name: 'Paul Bernard' }],
    links: [
      { to: 'password', href: '/account/password' },
      { to: 'requests', href: '/requests' },
    ],
  }),
  held: shown(heldPage, {
    name: 'Tom Garnier',
    copy: '/me/copy',
    readers: '/me/readers',
    publishers: '/me/publishers',
    forChild: false,
    categories: [
      {
        category: 'identity',
        present: [{ what: 'Prénom : Tom', from: 'l’annuaire', when: 'depuis le 1 septembre 2026' }],
        past: [],
      },
      {
        category: 'service',
        present: [
          {
            what: 'Tom Garnier enseigne à 6e A, Collège Les Tilleuls (Mathématiques)',
            from: 'l’annuaire',
            when: 'du 1 septembre 2026 au 14 août 2027',
          },
        ],
        past: [
          { what: 'Tom Garnier enseigne à 5e C', from: 'l’établissement', when: 'du 1 septembre 2025 au 14 août 2026' },
        ],
      },
    ],
  }),
  'held-child': shown(heldPage, {
    name: 'Paul Bernard',
    copy: '/me/children/1/copy',
    readers: '/me/children/1/readers',
    publishers: '/me/children/1/publishers',
    forChild: true,
    categories: [],
  }),
  'data-readers': shown(dataReadersPage, {
    name: 'Paul Bernard',
    action: '/me/readers',
    today: [
      {
        as: 'pupil',
        what: 'logbook',
        school: 'Collège Les Tilleuls',
        rules: ['Les élèves lisent les cahiers de leur classe et de leurs groupes.'],
      },
      {
        as: 'pupil',
        what: 'archive',
        school: 'Collège Les Tilleuls',
        rules: ['La cheffe ou le chef d’établissement lit les cahiers archivés, en écrivant son motif.'],
      },
    ],
    past: { day: '2026-11-02', when: '2 novembre 2026', enforced: [], known: [], same: true },
  }),
  'data-readers-refused': shown(
    dataReadersPage,
    { name: 'Paul Bernard', action: '/me/readers', today: [], past: { day: '2036-11-02' } },
    { status: 422 },
  ),
  sessions: shown(sessionsPage, {
    token,
    sessions: [
      {
        key: 'a',
        current: true,
        when: '12 novembre 2026 à 08:05',
        proofs: 'mot de passe',
        modules: [{ name: 'Cahier de textes', when: '12 novembre 2026 à 08:06' }],
      },
      { key: 'b', current: false, when: '3 novembre 2026 à 18:40', proofs: 'mot de passe', modules: [] },
    ],
    done: 'ended',
  }),
  'own-log': shown(logPage, {
    months: 12,
    openings: [
      { day: '12 novembre 2026', lines: [{ category: 'staff', purpose: 'request', school: 'Collège Les Tilleuls' }] },
      {
        day: '10 novembre 2026',
        lines: [
          { category: 'dpo', purpose: 'register', school: 'Collège Les Tilleuls' },
          { category: 'operator', purpose: 'activation' },
        ],
      },
    ],
    visits: [
      {
        day: '12 novembre 2026',
        lines: [
          { time: '08:06', what: 'entered', module: 'Cahier de textes' },
          { time: '08:05', what: 'signedIn', module: 'Cahier de textes' },
          { time: '08:04', what: 'refused' },
        ],
      },
    ],
    consultations: [
      {
        day: '10 novembre 2026',
        lines: [
          { category: 'staff', purpose: 'read', title: 'Mathématiques, 6e A', module: 'Cahier de textes' },
          { category: 'inspection', purpose: 'read_archive', title: 'Latin, 6e latin', module: 'Cahier de textes' },
        ],
      },
    ],
    incidents: [
      { from: '1 octobre 2026', to: '8 octobre 2026', motive: 'Connexions de nuit', ended: '20 octobre 2026' },
    ],
    requests: '/requests',
  }),
  incidents: shown(
    incidentsPage,
    {
      token,
      schools: [
        {
          uai: '0900001A',
          name: 'Collège Les Tilleuls',
          ask: { key: '01c4', token },
          files: [
            { ...incident, state: 'open', openUntil: '26 novembre 2026 à 09:00', acts: ['read', 'end'] },
            { ...incident, id: '01b1', state: 'asked', acts: ['sign', 'refuse'] },
            { ...incident, id: '01b2', state: 'refused', reason: 'Aucun incident établi', acts: [] },
          ],
        },
      ],
      fault: 'motive_missing',
      typed: { school: '0900001A', person: 'Tom Garnier', motive: '', from: '2026-11-02', to: '2026-11-09' },
    },
    { status: 422 },
  ),
  'incident-log': shown(incidentLogPage, {
    name: 'Tom Garnier',
    from: '2 novembre 2026',
    to: '9 novembre 2026',
    motive: 'Connexions de nuit signalées',
    events: [
      { when: '2 novembre 2026 à 02:14', event: 'session.opened', module: 'Cahier de textes' },
      {
        when: '2 novembre 2026 à 02:15',
        event: 'decision.read',
        about: 'Mathématiques, 6e A',
        module: 'Cahier de textes',
        answer: 'denied',
      },
    ],
    cut: true,
  }),
  family: shown(familyPage, {
    token,
    children: [
      {
        id: '2101',
        name: 'Léa Bernard',
        places: [
          {
            school: 'École Jules-Verne',
            classes: 'CM2',
            services: [
              { name: module.name, purpose: module.purpose, address: 'https://cahier.example' },
              { name: 'Bibliothèque', purpose: 'Emprunter des livres.' },
            ],
          },
        ],
      },
      { id: '2001', name: 'Paul Bernard', places: [{ school: 'Collège Les Tilleuls', classes: '6e A', services: [] }] },
    ],
    records: [
      { join: '01a5', name: 'Paula Bernard', day: '12 novembre 2026', proof: 'code', children: 'Léa' },
      { join: '01a6', name: 'Paula Bernard', day: '12 novembre 2026', proof: 'paper', children: '' },
    ],
    reports: [{ day: '12 novembre 2026', state: 'open' }],
    joins: true,
    done: 'joined',
  }),
  'family-empty': shown(
    familyPage,
    { token, children: [], records: [], reports: [], joins: false, fault: 'unknown_join' },
    { status: 422 },
  ),
  'family-join': shown(joinPage, { token }),
  'family-join-refused': shown(
    joinPage,
    { token, fault: 'join_refused', way: 'account', login: 'paula.ecole' },
    { status: 422 },
  ),
  disputes: shown(disputesPage, {
    token,
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        open: [{ id: '01a7', person: 'Pierre Bernard', child: 'Zoé Perrin, 5e C', day: '12 novembre 2026' }],
        upheld: [
          { id: '01a8', person: 'Ali Amrani', child: 'Lucas Meyer', day: '10 novembre 2026', decision: 'TJ 2026/114' },
        ],
        joins: [{ id: '01a9', person: 'Paula Bernard', day: '12 novembre 2026' }],
      },
      { uai: '0900002B', name: 'Lycée Camus', open: [], upheld: [], joins: [] },
    ],
    typed: { id: '01a7', decision: '', outcome: 'upheld' },
    fault: 'decision_missing',
  }),
  privacy: shown(privacyPage, {}),
  login: shown(loginPage, { uid, token, module, providers: [] }),
  'login-refused': shown(
    loginPage,
    { uid, token, module, providers: [], identifier: 'paula.bernard', fault: 'sign_in_failed' },
    { status: 422 },
  ),
  notice: shown(noticePage, {
    uid,
    token,
    module,
    person: 'Paula Bernard',
    claims: ['name', 'roles', 'schools', 'children', 'classes'],
  }),
  activation: shown(activationPage, { token }),
  'activation-refused': shown(
    activationPage,
    { token, code: 'ACDE-FGHJ', fault: 'activation_invalid' },
    { status: 422 },
  ),
  'activation-account': shown(activationAccountPage, { token, identifier: 'paula.bernard', minimumLength: 12 }),
  'activation-account-refused': shown(
    activationAccountPage,
    { token, identifier: 'paula.bernard', minimumLength: 15, fault: 'password_too_weak' },
    { status: 422 },
  ),
  activated: shown(activatedPage, { identifier: 'paula.bernard', interaction: uid }),
  'activated-alone': shown(activatedPage, { identifier: 'paula.bernard' }),
  account: shown(accountHomePage, {
    name: 'Paula Bernard',
    identifier: 'paula.bernard',
    providers: [],
    hasPassword: true,
    email: { address: 'paula@exemple.fr', confirmed: true },
    done: 'password',
  }),
  'account-password': shown(passwordPage, { token, identifier: 'paula.bernard', minimumLength: 12 }),
  'account-password-refused': shown(
    passwordPage,
    { token, identifier: 'paula.bernard', minimumLength: 12, fault: 'password_wrong' },
    { status: 422 },
  ),
  'account-email': shown(emailPage, { token }),
  'account-email-waits': shown(emailPage, { token, current: 'paula@exemple.fr', waits: 'paula.bernard@exemple.org' }),
  'account-email-refused': shown(emailPage, { token, typed: 'paula', fault: 'email_invalid' }, { status: 422 }),
  'account-close': shown(closePage, { token, whose: 'c2VhbGVk' }),
  'account-closed': shown(closedPage, {}),
  reset: shown(resetPage, { token, asked: false, interaction: uid }),
  'reset-asked': shown(resetPage, { token, asked: true }),
  'reset-refused': shown(
    resetPage,
    { token, asked: false, code: 'ACDE-FGHJ', fault: 'reset_invalid' },
    { status: 422 },
  ),
  'reset-password': shown(choosePasswordPage, { token, identifier: 'paula.bernard', minimumLength: 12 }),
  'reset-done': shown(resetDonePage, { identifier: 'paula.bernard', interaction: uid }),
  'pupils-reset': shown(pupilsResetPage, {
    token,
    schools: [
      { uai: '0900001A', name: 'Collège Les Tilleuls', active: 412, waiting: 3, done: true },
      { uai: '0900003C', name: 'École Jules-Verne', active: 88, waiting: 0, done: false },
    ],
    fault: 'not_confirmed',
  }),
  'factor-prove': shown(
    provePage,
    { ...factorForm, ways: { totp: true, recovery: true, school: true }, passkey: '{}', fault: 'factor_refused' },
    { status: 422, script: 'passkeys.js' },
  ),
  'factor-password': shown(provePage, {
    action: '/account/prove?to=%2F',
    token,
    ways: { totp: false, recovery: false, school: false },
  }),
  'factor-add': shown(
    addFactorPage,
    { ...factorForm, why: 'required', application: showSecret('A'.repeat(32), 'Hélène Marchand'), passkey: '{}' },
    { script: 'passkeys.js' },
  ),
  'factor-codes': shown(recoveryCodesPage, {
    ...factorForm,
    codes: Array.from('ACDEFGHJKL', (letter) => `${letter}7RD-3FXW-PMNA-TC4K`),
  }),
  'lost-factor': shown(lostFactorPage, {
    token,
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        people: [{ id: '1', name: 'David Roux' }],
        asks: [
          { id: '2', name: 'Hélène Marchand', by: 'Sylvie Morel', own: false, day: '12 novembre 2026' },
          { id: '1', name: 'David Roux', own: true, day: '11 novembre 2026' },
        ],
      },
      { uai: '0900003C', name: 'École Jules-Verne', people: [], asks: [] },
    ],
    done: 'asked',
    issued: { name: 'David Roux', code: 'AC7R-3FXW-PMNA-TC4K-9WPA-XNDR-K7RD', until: '13 novembre 2026 à 09:05' },
    fault: 'nothing_to_end',
  }),
  factors: shown(factorsPage, {
    token,
    factors: [
      { id: '01', kind: 'totp', name: 'Mon téléphone', added: '2 septembre 2026', used: '12 novembre 2026' },
      { id: '02', kind: 'passkey', name: 'Ordinateur de la direction', added: '3 septembre 2026' },
    ],
    required: true,
    codesLeft: 8,
    underWay: { step: 'asked', since: '12 novembre 2026', until: '15 novembre 2026' },
    done: 'renamed',
    fault: 'factor_required',
  }),
  'school-letters': shown(schoolLettersPage, {
    token,
    run: '01c1',
    school: { uai: '0900003C', name: 'École Jules-Verne', cards: true },
    others: [{ uai: '0900001A', name: 'Collège Les Tilleuls' }],
    classes: [{ code: 'CM2', label: 'CM2' }],
    runs: [lettersRun, { ...lettersRun, id: '01c2', kind: 'cards', who: 'pupils', printable: false, mailed: 0 }],
    given: { kind: 'cards', name: 'Inconnue' },
    fault: 'nothing_to_issue',
  }),
  'letters-ready': shown(letterRunPage, {
    run: lettersRun,
    school: { uai: '0900001A', name: 'Collège Les Tilleuls' },
    until: '13 novembre 2026 à 09:05',
  }),
  card: shown(cardPage, { token, identifier: '' }),
  'card-refused': shown(cardPage, { token, identifier: 'lea4827', interaction: uid, fault: 'sign_in_failed' }),
  'card-places': shown(cardPlacesPage, {
    name: 'Léa',
    places: [{ name: 'Cahier de textes', address: 'https://cahier.example.fr' }],
  }),
  ...noticesGallery,
  ...publishersGallery,
  ...resourcesGallery,
  ...upstreamGallery,
  ...licencesGallery,
  'not-signed-in': shown(errorPage, { kind: 'refusal', code: 'not_signed_in', requestId }, { status: 401 }),
  refusal: shown(errorPage, { kind: 'refusal', code: 'form_expired', requestId }, { status: 403 }),
  unexpected: shown(errorPage, { kind: 'unexpected', requestId }, { status: 500 }),
  'provider-error': shown(
    errorPage,
    {
      kind: 'provider',
      told: 'module',
      error: 'invalid_redirect_uri',
      description: "redirect_uri did not match any of the client's registered redirect_uris",
      requestId,
    },
    { status: 400 },
  ),
  'not-found': shown(notFoundPage, {}, { status: 404 }),
  'sign-out': shown(signOutPage, { action: '/session/end/confirm', xsrf: 'abc', module: 'Cahier de textes' }),
  'switch-person': shown(switchPersonPage, { action: '/session/end/confirm', xsrf: 'abc' }),
  'signed-out': shown(signedOutPage, { module: 'Cahier de textes' }),
} as const;

export type GalleryName = keyof typeof gallery;

/** `/gallery/:name`, and the assets. */
export function galleryRoutes(): Router {
  const router = new Router();
  router.get('/assets/:name', serveAsset);
  router.get('/gallery/:name', (ctx) => gallery[ctx.params.name as GalleryName](ctx));
  return router;
}
