// The pages about licences with plausible data, for those who look at every page.
import { type Rendering, render, type View } from '../../src/http/pages.ts';
import { assignersPage } from '../../views/licences/assigners.tsx';
import { freePage } from '../../views/licences/free.tsx';
import { licencesPage } from '../../views/licences/licences.tsx';
import { offerPage } from '../../views/licences/offer.tsx';

const token = 'a-token';
const seats = [
  { audience: 'pupil', total: 320, taken: 84, left: 236 },
  { audience: 'teacher', total: 11, taken: 12, left: 0 },
  { audience: 'librarian', total: 'all', taken: 1, left: 'all' },
] as const;
const atlas = {
  id: '01b1',
  name: 'Atlas vivant, géographie 6e',
  until: '15 août 2027',
  seats,
  waiting: 3,
};
const lexicon = {
  id: '01b2',
  name: 'Lexique parlé : anglais, allemand, espagnol, italien et latin pour les grands débutants',
  until: '31 décembre 2027',
  from: '1 janvier 2027',
  seats: [{ audience: 'together', total: 1_500, taken: 0, left: 1_500 }],
  waiting: 0,
} as const;
const schools = [
  { uai: '0900001A', name: 'Collège Les Tilleuls', offers: [atlas, lexicon], free: { open: 1, all: 2 } },
  { uai: '0900003C', name: 'École Jules-Verne', offers: [], free: undefined },
];
const offer = {
  ...atlas,
  token,
  school: 'Collège Les Tilleuls',
  publics: ['pupil', 'teacher', 'librarian'],
  classes: ['6e A', '6e B', '5e C'].map((label) => ({ value: `class:${label}`, label })),
  groups: [{ value: 'group:6LAT', label: '6e latin' }],
  levels: [{ value: 'level:10010012110', label: '6EME' }],
  given: [
    { id: '01c1', what: '6e A', covers: 28, since: '12 novembre 2026' },
    { id: '01c2', what: 'Personnel enseignant : tout l’établissement', covers: 12, since: '12 novembre 2026' },
    { id: '01c3', what: 'Paul Bernard', covers: 1, since: '13 novembre 2026' },
  ],
} as const;
const free = {
  token,
  uai: '0900001A',
  school: 'Collège Les Tilleuls',
  connected: true,
  resources: [
    {
      id: 'ark:/99999/herbier',
      name: 'Herbier de la cour',
      publisher: 'Éditions du Marronnier',
      description: 'Reconnaître les plantes de tous les jours, par l’image et par le toucher.',
      received: ["l'établissement depuis lequel vous ouvrez la ressource", 'votre profil'],
      publics: ['pupil', 'teacher'],
      open: ['pupil'],
      since: '12 novembre 2026',
    },
    {
      id: 'ark:/99999/chronologie',
      name: 'Chronologie illustrée du monde, des origines à nos jours, en douze langues',
      publisher: 'Le Compas numérique',
      received: ['votre profil'],
      publics: ['pupil', 'teacher', 'librarian', 'staff'],
      open: [],
    },
  ],
} as const;
const named = { since: '12 novembre 2026', until: '14 août 2027' };

export const licencesGallery = {
  licences: shown(licencesPage, {
    token,
    asked: [{ id: '01a1', by: 'Henri Vidal', school: 'Lycée Camus', answerBefore: '12 décembre 2026' }],
    held: [{ id: '01a2', school: 'Collège Les Tilleuls', until: '14 août 2027' }],
    schools,
    done: 'accepted',
  }),
  'licences-refused': shown(
    licencesPage,
    { token, asked: [], held: [], schools: [], fault: 'assigner_closed' },
    { status: 422 },
  ),
  'licences-free': shown(freePage, { ...free, done: 'opened' }),
  'licences-free-refused': shown(freePage, { ...free, connected: false, fault: 'free_refused' }, { status: 422 }),
  'licences-free-none': shown(freePage, { ...free, resources: [] }),
  'licences-of-nobody': shown(licencesPage, { token, asked: [], held: [], schools: [] }),
  'licences-of-one': shown(offerPage, { ...offer, done: 'given' }),
  'licences-of-one-missing': shown(
    offerPage,
    {
      ...offer,
      typed: { name: '', inClass: '', target: 'class:6e B' },
      fault: 'licences_missing',
      missing: [5, 30],
    },
    { status: 422 },
  ),
  'licences-of-one-unknown': shown(
    offerPage,
    {
      ...offer,
      waiting: 0,
      given: [],
      typed: { name: 'Paul Bernar', inClass: '6e A', target: '' },
      fault: 'licence_target_refused',
    },
    { status: 422 },
  ),
  assigners: shown(assignersPage, {
    token,
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        days: { first: '2026-11-12', last: '2027-08-14' },
        named: [
          { ...named, id: '01d1', name: 'Diane Faure', standing: 'live' },
          { ...named, id: '01d2', name: 'Carla Simon', standing: 'waiting' },
        ],
        past: [
          { ...named, id: '01d3', name: 'Tom Garnier', standing: 'refused' },
          { ...named, id: '01d4', name: 'Olga Petit', standing: 'expired' },
        ],
        candidates: [
          { key: '01e1', name: 'Tania Lopez' },
          { key: '01e2', name: 'Tom Garnier' },
        ],
      },
    ],
    done: 'named',
  }),
  'assigners-refused': shown(
    assignersPage,
    {
      token,
      schools: [
        {
          uai: '0900001A',
          name: 'Collège Les Tilleuls',
          days: { first: '2026-11-12', last: '2027-08-14' },
          named: [],
          past: [],
          candidates: [{ key: '01e1', name: 'Tania Lopez' }],
        },
        {
          uai: '0900003C',
          name: 'École Jules-Verne',
          days: { first: '2026-11-12', last: '2027-08-14' },
          named: [],
          past: [],
          candidates: [],
        },
      ],
      typed: { school: '0900001A', person: '01e1', until: '2029-01-01' },
      fault: 'dates_refused',
    },
    { status: 422 },
  ),
};

function shown<Data>(view: View<Data>, data: Data, rendering: Rendering = {}) {
  return (ctx: Parameters<typeof render>[0]) => render(ctx, view, data, rendering);
}
