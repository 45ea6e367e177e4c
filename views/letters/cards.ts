// What a class card says, for a pupil of six and whoever cuts it out.
import { typeset } from '../text/typeset.ts';

export const cardWords = typeset({
  title: 'Cartes de la classe',
  name: 'Mon nom',
  identifier: 'Je suis',
  words: 'Mes quatre mots secrets',
  where: (address: string) => `${address}`,
  keep: 'Je ne montre ma carte à personne.',
  until: (day: string) => `Jusqu'au ${day}`,
  alt: "Carré à viser avec une tablette : il ouvre la page où l'on écrit les quatre mots.",
});
