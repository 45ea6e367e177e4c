// What the letter of the notice says to adults on its one page, in French as all that is printed: everything that art. 14 lists, in short.

import { typeset } from '../text/typeset.ts';

type Told = readonly string[];

export const noticeLetter = typeset({
  /** What stands before each part, in bold. */
  parts: {
    who: 'Qui en répond.',
    why: 'Pour quoi faire.',
    what: 'Ce qui est gardé de vous.',
    source: 'D’où cela vient.',
    sent: 'Qui le reçoit.',
    sees: 'Qui peut voir quoi.',
    long: 'Combien de temps.',
    logs: 'Vos connexions.',
    rights: 'Vos droits.',
    own: 'De l’établissement.',
    officer: 'Protection des données.',
    board: 'Conseil.',
  },
  shared: 'La collectivité et l’académie y prennent part, selon une convention écrite.',
  basis:
    'C’est une mission de service public (règlement européen sur la protection des données, article 6, 1, e ; arrêté du 30 novembre 2006 modifié) : votre accord n’est pas demandé, vous pouvez vous opposer, et personne n’est obligé d’activer son compte.',
  data: (list: Told) => `Dans l’annuaire : ${list.join(' ; ')}.`,
  never: 'Jamais : adresses postales, téléphones, bourses, cantine, transport.',
  services: (names: Told) => `Les services que vous ouvrez : ${names.join(', ')}.`,
  servicesMany: (count: string) =>
    `Les ${count} services de l’établissement, que nomme la notice entière, quand vous les ouvrez.`,
  servicesNone: 'Aucun service pour le moment.',
  minimum:
    'Chacun ne reçoit que ce que dit sa notice, montrée avant d’y entrer. Rien n’est vendu, rien ne part ailleurs.',
  sees: 'Un cahier de textes est lu par l’équipe de la classe, la direction, les élèves de la classe et leurs responsables légaux ; par d’autres sur une autorisation datée. Les absences du personnel ne vont ni aux familles ni à un service. Personne, dans la hiérarchie, ne voit vos connexions.',
  logs: 'Préau note leur date et le service ouvert, pour la sécurité ; jamais pour évaluer ni surveiller quelqu’un.',
  whole: (given: Told) =>
    `La notice entière, avec toutes les listes, est affichée dans l’établissement et vous est remise sur papier au secrétariat, sans raison à donner ; elle est aussi sur ${given[0]}.`,
  wholeYoung: (given: Told) =>
    `Tu peux avoir la notice entière sur papier, au secrétariat, sans dire pourquoi ; elle est aussi sur ${given[0]}.`,
  ownElsewhere: 'L’établissement y ajoute un texte : il est dans la notice entière.',
  annex: 'Notice entière, à afficher et à garder au secrétariat',
});
