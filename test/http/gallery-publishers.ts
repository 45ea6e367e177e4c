// The pages about publishers, with plausible data.
import { type Rendering, render, type View } from '../../src/http/pages.ts';
import { publishersPage } from '../../views/publishers/all.tsx';
import { type MyPublishersData, myPublishersPage } from '../../views/publishers/mine.tsx';
import { oneResourcePage } from '../../views/publishers/one.tsx';

const mine: MyPublishersData = {
  name: 'Paul Bernard',
  action: '/me/publishers',
  token: 'x',
  forChild: false,
  done: 'declined',
  publishers: [
    {
      id: '552081317_0000000121032683',
      name: 'Éditions du Préau',
      known: { day: '3 octobre 2026' },
      sent: [
        'un identifiant qui ne dit pas qui vous êtes, et que cet éditeur est seul à recevoir',
        "l'établissement depuis lequel vous ouvrez la ressource",
        'votre prénom',
      ],
      would: [],
      resources: [
        { name: 'Manuel de mathématiques 6e', open: true },
        { name: 'Cahier de français', open: false },
      ],
      days: [
        { day: '12 novembre 2026', what: 'sent', resource: 'Manuel de mathématiques 6e' },
        { day: '12 novembre 2026', what: 'asked', resource: 'Manuel de mathématiques 6e' },
        { day: '3 octobre 2026', what: 'sent', resource: 'Cahier de français' },
      ],
    },
    {
      id: '493982411_0000000000000000',
      name: 'Cartes et Plans',
      known: 'no',
      sent: [],
      would: ['un identifiant qui ne dit pas qui vous êtes, et que cet éditeur est seul à recevoir'],
      resources: [{ name: 'Atlas interactif', open: true }],
      days: [],
    },
    {
      id: '123456789_0000000000000000',
      name: 'Labo des langues',
      known: 'before',
      sent: [],
      would: [],
      resources: [],
      days: [],
      declined: { day: '20 novembre 2026', by: 'both', mayAccept: true },
    },
    {
      id: '223456789_0000000000000000',
      name: 'Jeux du soir',
      known: 'no',
      sent: [],
      would: [],
      resources: [],
      days: [],
      declined: { day: '20 novembre 2026', by: 'representative', mayAccept: false },
    },
  ],
};

const attributes = [
  { name: 'IDO', what: 'un identifiant qui ne dit pas qui vous êtes, et que cet éditeur est seul à recevoir' },
  { name: 'UAI', what: "l'établissement depuis lequel vous ouvrez la ressource" },
  { name: 'PRE', what: 'votre prénom' },
];

const manuel = {
  id: 'ark:/49591/ManuelMaths.p',
  name: 'Manuel de mathématiques 6e',
  state: 'validated',
  declared: [...attributes, { name: 'NOM', what: 'votre nom de famille' }],
  validated: attributes,
  sent: [
    { attributes: 'IDO UAI PRE', many: { persons: 312, first: '3 octobre 2026', last: '20 novembre 2026' } },
    { attributes: 'IDO UAI' },
  ],
  manyOnly: false,
  clients: ['Éditions du Préau'],
  href: '/school/publishers/0900001A?resource=ark',
} as const;

const openers = {
  counts: [
    { category: 'pupil', count: 412 },
    { category: 'teacher', count: 31 },
    { category: 'staff', count: 4 },
  ],
  staff: ['Tom Garnier', 'Tania Lopez'],
} as const;

const one = {
  name: 'Manuel de mathématiques 6e',
  school: 'Collège Les Tilleuls',
  action: '/school/publishers/0900001A',
  resource: manuel.id,
  back: '/school/publishers',
  today: openers,
  past: { day: '' },
  sent: manuel.sent,
  manyOnly: false,
  prints: [
    {
      day: '20 novembre 2026',
      prints: ['IDO 5f2b9c1e5f2b9c1e5f2b9c1e5f2b9c1e', 'UAI 9a8b7c6d9a8b7c6d9a8b7c6d9a8b7c6d'],
    },
  ],
} as const;

function shown<Data>(view: View<Data>, data: Data, rendering: Rendering = {}) {
  return (ctx: Parameters<typeof render>[0]) => render(ctx, view, data, rendering);
}

export const publishersGallery = {
  'my-publishers': shown(myPublishersPage, mine),
  'my-publishers-none': shown(myPublishersPage, { ...mine, publishers: [], done: undefined }),
  'child-publishers': shown(myPublishersPage, {
    ...mine,
    forChild: true,
    done: undefined,
    action: '/me/children/1/publishers',
    publishers: mine.publishers.map((publisher) => ({ ...publisher, known: 'kept' as const, days: [] })),
  }),
  'school-publishers': shown(publishersPage, {
    schools: [
      {
        uai: '0900001A',
        name: 'Collège Les Tilleuls',
        publishers: [
          {
            id: '552081317_0000000121032683',
            name: 'Éditions du Préau',
            declines: 'few',
            resources: [
              manuel,
              {
                ...manuel,
                id: 'ark:/49591/Atlas.p',
                name: 'Atlas',
                waits: {
                  from: 'https://editions.example/atlas',
                  url: 'https://cartes.example/ressources/atlas-des-colleges/entree',
                  schools: true,
                },
              },
              {
                ...manuel,
                id: 'ark:/49591/Autre.p',
                name: 'Cahier',
                state: 'declared',
                validated: [],
                sent: [],
                clients: [],
              },
            ],
          },
        ],
      },
      { uai: '0900002B', name: 'Lycée Camus', publishers: [] },
    ],
  }),
  'school-resource': shown(oneResourcePage, one),
  'school-resource-past': shown(oneResourcePage, {
    ...one,
    past: { day: '2026-10-01', when: '1 octobre 2026', enforced: openers, known: { counts: [] }, same: false },
    prints: [],
  }),
  'school-resource-refused': shown(
    oneResourcePage,
    { ...one, past: { day: '2036-10-01' }, sent: [], manyOnly: true },
    { status: 422 },
  ),
} as const;
