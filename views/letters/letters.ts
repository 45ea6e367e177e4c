// What the letters say: plain words in French, for paper. A letter is one page.
import { de } from '../text/elide.ts';
import { typeset } from '../text/typeset.ts';

/** A part of a letter, from top to bottom. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'steps'; readonly steps: readonly string[] }
  /** A code in groups, and the address that a telephone reads beside it. */
  | { readonly kind: 'code'; readonly groups: readonly string[]; readonly address: string; readonly caption: string };

export interface LetterWords {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

/** What a letter is told of its reader; days are words, such as `12 février 2027`. */
export interface LetterData {
  readonly issuer: string;
  readonly code: string;
  readonly until: string;
  /** Whether the directory holds a birth date: then it is asked for, and else the family name. */
  readonly birthDateKnown: boolean;
  /** For a family: the given names of its children at the school. */
  readonly children: readonly string[];
  /** Where the school lends a device, as it has recorded it. */
  readonly workstations: readonly string[];
  /** For a lost password: the identifier stays. */
  readonly identifier?: string | undefined;
}

/** The letter that opens an account. */
export function activationLetter(data: LetterData): LetterWords {
  const { code, issuer, until, children } = data;
  const why =
    children.length > 0
      ? `L'établissement vous remet ce code parce que vous êtes responsable légal ${de(listed(children))}. Un seul compte suffit pour tous vos enfants, dans tous leurs établissements.`
      : "L'établissement vous remet ce code pour que vous puissiez ouvrir votre compte quand vous le voulez.";
  return typeset({
    subject: 'Votre code pour ouvrir votre compte',
    blocks: [
      { kind: 'text', text: `${why} Aucun compte n'existe tant que vous ne l'avez pas ouvert vous-même.` },
      codeBlock(code, `${issuer}/activation?code=${code}`),
      { kind: 'heading', text: 'Pour ouvrir votre compte' },
      {
        kind: 'steps',
        steps: [
          `Allez à l'adresse ${issuer}/activation, ou visez le carré avec un téléphone.`,
          'Saisissez le code ci-dessus. Les tirets et les majuscules ne comptent pas.',
          checkAsked(data),
          "Choisissez un identifiant et un mot de passe. Personne à l'établissement ne peut les voir.",
        ],
      },
      ...around(data),
      { kind: 'heading', text: 'Ce que ce code est' },
      {
        kind: 'text',
        text: `Il est à vous seul, ne sert qu'une fois, et jusqu'au ${until}. Personne ne vous le demandera. Si cette lettre n'est pas pour vous, rendez-la au secrétariat ; si elle se perd, demandez-en une autre, et celle-ci ne vaudra plus rien.`,
      },
      {
        kind: 'text',
        text: `L'établissement tient sur vous les données nécessaires à la scolarité, que vous ouvriez un compte ou non. Ce qu'il tient et vos droits : ${issuer}/privacy, ou au secrétariat, sur papier.`,
      },
    ],
  });
}

/** The letter that replaces a lost password. */
export function resetLetter(data: LetterData): LetterWords {
  const { code, issuer, until, identifier } = data;
  return typeset({
    subject: 'Votre code pour choisir un nouveau mot de passe',
    blocks: [
      {
        kind: 'text',
        text: `Ce code remplace votre mot de passe perdu.${identifier ? ` Votre identifiant reste ${identifier}.` : ''} Personne à l'établissement ne connaît ni ne choisit votre mot de passe.`,
      },
      codeBlock(code, `${issuer}/reset`),
      { kind: 'heading', text: 'Pour choisir un nouveau mot de passe' },
      {
        kind: 'steps',
        steps: [
          `Allez à l'adresse ${issuer}/reset, ou visez le carré avec un téléphone.`,
          'Saisissez le code ci-dessus. Les tirets et les majuscules ne comptent pas.',
          checkAsked(data),
          'Choisissez un mot de passe. Vos sessions ouvertes prennent fin.',
        ],
      },
      ...around(data),
      { kind: 'heading', text: 'Ce que ce code est' },
      {
        kind: 'text',
        text: `Il est à vous seul, ne sert qu'une fois, et jusqu'au ${until}. Personne ne vous le demandera. Si vous n'avez rien demandé, rapportez cette lettre au secrétariat : tant que le code ne sert pas, rien ne change.`,
      },
    ],
  });
}

function codeBlock(code: string, address: string): Block {
  return { kind: 'code', groups: code.split('-'), address, caption: 'Votre code' };
}

function checkAsked({ birthDateKnown }: LetterData): string {
  return birthDateKnown ? 'Donnez votre date de naissance.' : 'Donnez votre nom de famille.';
}

/** How many places a letter names: it is one page. */
const NAMED = 3;

/** For those who have no device, no telephone or no address of their own. */
function around({ workstations }: LetterData): Block[] {
  const others = workstations.length > NAMED ? ['d’autres au secrétariat'] : [];
  const places = [...workstations.slice(0, NAMED), ...others];
  const where = places.length > 0 ? ` (${places.join(' ; ')})` : '';
  return [
    { kind: 'heading', text: 'Sans ordinateur ni téléphone' },
    {
      kind: 'text',
      text: `Aucune adresse électronique et aucun numéro ne sont nécessaires. Venez à l'établissement avec cette lettre : un poste y est à votre disposition${where}, et vous pouvez aussi tout demander sur papier.`,
    },
  ];
}

function listed(names: readonly string[]): string {
  return new Intl.ListFormat('fr', { type: 'conjunction' }).format(names);
}
