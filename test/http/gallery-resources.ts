// The pages about resources with plausible data, for those who look at every page.
import { type Rendering, render, type View } from '../../src/http/pages.ts';
import { centrePage } from '../../views/resources/centre.tsx';
import { certificatesPage } from '../../views/resources/certificates.tsx';
import { closedPage } from '../../views/resources/closed.tsx';
import { nationalPage } from '../../views/resources/national.tsx';
import { statisticsPage } from '../../views/resources/statistics.tsx';
import { noticePage } from '../../views/sign-in/notice.tsx';
import { schoolChoicePage } from '../../views/sign-in/school.tsx';

const least = [
  'un identifiant qui ne dit pas qui vous êtes, et que cet éditeur est seul à recevoir',
  "l'établissement depuis lequel vous ouvrez la ressource",
  'votre profil : élève, enseignant, professeur documentaliste ou autre personnel',
];
const atlas = {
  name: 'Atlas vivant, géographie 6e',
  publisher: 'Éditions du Marronnier',
  kind: 'MAN',
  description: 'Cartes à manipuler, textes et exercices du programme de sixième.',
  href: '/domaineGar?idENT=UFJFQVU%3D&idEtab=MDkwMDAwMUE%3D&idRessource=ark%3A%2F99999%2Fatlas',
  price: 'subscribed',
  as: 'assigned',
  received: least,
} as const;
const schools = [
  {
    uai: '0900001A',
    name: 'Collège Les Tilleuls',
    connected: true,
    tiles: [
      atlas,
      {
        ...atlas,
        name: 'Lexique parlé : anglais, allemand, espagnol, italien et latin pour les grands débutants',
        kind: 'MUL',
        description: undefined,
        href: '/domaineGar?b',
        as: 'site',
        received: [...least, 'votre prénom', 'vos classes dans cet établissement, ou celles où vous enseignez'],
      },
      { ...atlas, name: 'Carnet de lecture', kind: 'PRO', href: '/domaineGar?c', price: 'free', as: 'site' },
    ],
    closed: [
      { name: 'Dictionnaire illustré', publisher: 'Éditions du Marronnier', why: 'review' },
      { name: 'Géométrie à la règle', publisher: 'Le Compas', why: 'declined' },
    ],
  },
  { uai: '0900002B', name: 'Lycée Camus', connected: false, tiles: [], closed: [] },
  { uai: '0900003C', name: 'École Jules-Verne', connected: true, tiles: [], closed: [] },
] as const;
const month = {
  month: '2026-11',
  title: 'novembre 2026',
  now: true,
  accounts: [
    { names: ['pupil'], count: 412 },
    { names: ['guardian'], count: 388 },
    { names: ['teacher', 'staff'], count: 47 },
  ],
  connections: [
    { names: ['pupil'], count: 6120 },
    { names: ['guardian'], count: 1904 },
    { names: ['teacher', 'staff'], count: 1210 },
  ],
  openings: [{ names: ['pupil', 'teacher', 'staff'], count: 2210 }],
  resources: [
    {
      by: ['pupil', 'teacher', 'staff'],
      cells: [
        { names: ['Atlas vivant, géographie 6e'], count: 1804 },
        { names: ['Lexique parlé', 'Carnet de lecture'], count: 406 },
      ],
    },
  ],
} as const;

const uid = '7jk2hq0s5d';
const token = 'a-token';

export const resourcesGallery = {
  'resource-closed': shown(closedPage, {}, { status: 403 }),
  'resource-closed-known': shown(closedPage, { resource: 'Géométrie à la règle', why: 'declined' }, { status: 403 }),
  'resource-closed-on-the-way': shown(closedPage, { back: { uid, token } }, { status: 403 }),
  'resource-school': shown(schoolChoicePage, {
    uid,
    token,
    resource: 'Lexique parlé : anglais, allemand, espagnol',
    schools: [
      { uai: '0900001A', name: 'Collège Les Tilleuls' },
      { uai: '0900002B', name: 'Lycée polyvalent Albert-Camus et lycée des métiers du bois de la vallée' },
    ],
  }),
  'notice-of-a-publisher': shown(noticePage, {
    uid,
    token,
    person: 'Paul Bernard',
    module: {
      name: 'Éditions du Marronnier',
      purpose: 'Reconnaître l’élève qui revient, et lui montrer ce qui est pour sa classe.',
      responsible: 'Le ministère, pour les établissements sous convention',
      schools: ['Collège Les Tilleuls'],
    },
    claims: [],
    publisher: {
      resource: { name: 'Lexique parlé' },
      schools: 'click',
      attributes: ['IDO', 'UAI', 'PRO', 'PRE', 'DIV'],
    },
  }),
  'media-centre': shown(centrePage, { schools, represents: true }),
  'media-centre-of-nobody': shown(centrePage, { schools: [], represents: false }),
  'media-centre-of-a-parent': shown(centrePage, { schools: [], represents: true }),
  certificates: shown(certificatesPage, {
    toRenew: [
      {
        kind: 'registered',
        service: 'Librairie des Écoles et des Familles du Grand Ouest, abonnements',
        subject: 'CN=abonnements.librairie.example,O=Librairie,C=FR',
        state: 'soon',
        day: '3 décembre 2026',
        thumbprint: 'a',
      },
      {
        kind: 'server',
        service: undefined,
        subject: 'CN=ent.example',
        state: 'ended',
        day: '1 novembre 2026',
        thumbprint: 'b',
      },
    ],
    others: [
      { kind: 'seen', service: 'Agenda', subject: 'CN=agenda', state: 'followed', day: '2 mars 2027', thumbprint: 'c' },
      {
        kind: 'authority',
        service: undefined,
        subject: 'CN=Autorité',
        state: 'good',
        day: '2 mars 2030',
        thumbprint: 'd',
      },
    ],
  }),
  'certificates-none': shown(certificatesPage, { toRenew: [], others: [] }),
  'national-export': shown(nationalPage, {
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        state: 'sent',
        counts: { pupils: 612, staff: 58, groups: 47, assigners: 1 },
        since: '1 septembre 2026',
        sent: '11 novembre 2026',
        held: undefined,
        faults: [],
        notes: [
          { code: 'assigner_without_mail', count: 1, which: ['Diane Faure'] },
          { code: 'group_renamed', count: 2, which: ['6A → 6A GR', '5C → 5C GR'] },
          { code: 'odd_uai', count: 1, which: [] },
        ],
      },
      {
        uai: '0900002B',
        name: 'Lycée polyvalent Albert-Camus et lycée des métiers du bois de la vallée',
        state: 'held',
        counts: { pupils: 1480, staff: 143, groups: 210, assigners: 0 },
        since: '1 septembre 2026',
        sent: undefined,
        held: '11 novembre 2026',
        faults: [
          { code: 'missing', count: 1, which: ['Noé Bernard'] },
          { code: 'twice', count: 31, which: ['T1', 'T2'] },
        ],
        notes: [{ code: 'no_assigner', count: 1, which: [] }],
      },
      {
        uai: '0900003C',
        name: 'École Jules-Verne',
        state: 'closed',
        counts: { pupils: 0, staff: 0, groups: 0, assigners: 0 },
        since: '1 septembre 2026',
        sent: '3 octobre 2026',
        held: undefined,
        faults: [],
        notes: [],
      },
    ],
  }),
  'national-export-of-none': shown(nationalPage, { schools: [] }),
  statistics: shown(statisticsPage, {
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        months: [month, { ...month, month: '2026-10', title: 'octobre 2026', now: false, openings: [], resources: [] }],
      },
      { uai: '0900003C', name: 'École Jules-Verne', months: [] },
    ],
  }),
};

function shown<Data>(view: View<Data>, data: Data, rendering: Rendering = {}) {
  return (ctx: Parameters<typeof render>[0]) => render(ctx, view, data, rendering);
}
