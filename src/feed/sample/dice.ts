// Chance that always falls the same way: numbers and names that follow from a seed.

export interface Dice {
  /** A whole number from 0 to `below` - 1. */
  roll(below: number): number;
  pick<T>(from: readonly T[]): T;
}

/** Dice for one thing: the same words always give the same throws (mulberry32 over a hash of the words). */
export function diceFor(...words: readonly (string | number)[]): Dice {
  let state = hash(words.join(' '));
  const roll = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  return { roll, pick: <T>(from: readonly T[]): T => from[roll(from.length)] as T };
}

function hash(text: string): number {
  let value = 2166136261;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 16777619);
  return value;
}

export const givenNames = words(`
  Adèle Agathe Aïcha Alban Alice Amir Anaïs Anouk Antoine Apolline Arthur Assia Aurélien Axel Aya Baptiste Bilal
  Camille Capucine Célestine Chloé Clara Clément Côme Dalia Daniel Diego Djibril Éléonore Elias Élise Eliot Emma Enzo
  Esteban Ethan Eva Farah Félix Gaspard Gaël Hana Hector Ilyes Imany Inaya Ismaël Jade Jeanne Jonas Joséphine Jules
  Kenji Khadija Kilian Lana Léonie Léo Lina Linh Loan Louise Lucie Maël Maïa Malo Manon Marceau Mariam Margaux Mateo
  Mathilde Mehdi Mila Moussa Naël Naïm Nils Nina Noam Océane Oscar Pénélope Rachel Rayan Robin Romane Rose Sacha Salomé
  Samuel Sarah Selma Simon Sofia Soren Tess Thaïs Timéo Tristan Ugo Valentine Victor Wassim Yaëlle Yanis Yuna Zacharie`);

/** Those of the names above, and of the cast's staff, that are men's here. */
const mens = new Set(
  words(`
  Alban Amir Antoine Arthur Aurélien Axel Baptiste Bilal Clément Côme Daniel David Diego Djibril Elias Eliot Enzo
  Esteban Ethan Félix Gaspard Gaël Hector Henri Ilyes Ismaël Jonas Jules Kenji Kilian Loan Léo Maël Malo Marc Marceau
  Mateo Mehdi Moussa Naël Naïm Nils Noam Oscar Quentin Rayan Rémi Robin Sacha Samir Samuel Simon Soren Théo Timéo Tom
  Tristan Ugo Victor Wassim Yanis Zacharie`),
);

/** How an export addresses a member of staff: some are old (Mlle), and some say nothing. */
export function civilityOf({ id, givenName }: { readonly id: string; readonly givenName: string }): string {
  if (Number(id) % 29 === 0) return '';
  if (mens.has(givenName)) return 'M.';
  return Number(id) % 13 === 0 ? 'Mlle' : 'Mme';
}

export const familyNames = words(`
  Abdallah Adjei Alves André Arnaud Aubert Azoulay Bailly Barbier Baron Belkacem Benoît Berger Bertin Besson Bonnet
  Bouchard Boulanger Bourgeois Brunet Camara Carpentier Chevalier Chauvin Cissé Clément Coulibaly Cordier Dacosta
  Delaunay Deschamps Diallo Dubois Dumas Dumont Durand Étienne Fabre Fernandez Ferreira Fischer Fontaine Gauthier
  Germain Giraud Gomes Guérin Guillot Hamon Hernandez Hoang Huet Jacquet Joly Kaya Keita Klein Lacroix Lambert Laurent
  Leclerc Lefort Lemaire Le-Goff Mallet Marques Martinez Masson Mathieu Mbaye Mercier Moreau Moulin Nicolas Olivier
  Ouattara Özdemir Parent Pasquier Pereira Perrot Picard Pham Poirier Prévost Rahmani Renard Ribeiro Rivière Rodriguez
  Rolland Rousseau Roy Sanchez Sauvage Schneider Sissoko Sow Tessier Touré Tran Vasseur Vernier Weiss Yilmaz Zidane`);

export const schoolNames = words(`
  Aimé-Césaire Alice-Guy Ambroise-Croizat Berthe-Morisot Camille-Claudel Claude-Monet Émilie-du-Châtelet Félix-Éboué
  Frida-Kahlo George-Sand Germaine-Tillion Gisèle-Halimi Henri-Matisse Irène-Joliot Jacques-Prévert Jean-Macé
  Joséphine-Baker La-Fontaine Les-Marronniers Les-Acacias Louise-Michel Lucie-Aubrac Maryse-Condé Nelson-Mandela
  Olympe-de-Gouges Paul-Éluard Pierre-Brossolette René-Char Rosa-Parks Simone-Veil Sophie-Germain Victor-Schoelcher`);

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
