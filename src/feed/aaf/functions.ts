// Functions of staff: what a function code and a post code make of a person at a school.
import type { SchoolFunction } from '../../facts/catalogue.ts';

/** What a function gives; `direction` is read with the post code (second degree) or makes a director (first). */
type Meaning = SchoolFunction | 'nothing';

const MEANINGS = new Map<string, Meaning>([
  ...all(['ENS', 'FCA', 'FCP', 'FIJ', 'BED', 'IS', 'ISES', 'PPA', 'RH1D', 'RPL', 'UPI', 'EAP'], 'teacher'),
  ...all(['DIR', 'DEC', 'DECPR'], 'direction'),
  ...all(['DOC'], 'librarian'),
  ...all(['EDU'], 'school_life'),
  ...all(['AED', 'SUR', 'ADE', 'AES', 'AEH'], 'assistant'),
  ...all(['ADA', 'ADF', 'ADM', 'ALB', 'ASE', 'ASH', 'CFC', 'CPD', 'CTR', 'LAB', 'MDS', 'ORI', 'OUV'], 'administrative'),
  ...all(['PSY', 'TEC', 'DSES'], 'administrative'),
  ...all(['INS', 'INJ'], 'inspector'),
  ...all(['COLTER'], 'collectivity'),
  ...all(['-', 'X'], 'nothing'),
]);

const POSTES = new Map<string, 'head' | 'deputy'>([
  ['D0010', 'head'],
  ['D0011', 'deputy'],
]);

export function isKnownFunction(code: string): boolean {
  return code === '' || MEANINGS.has(code);
}

/**
 * The functions held. In the second degree the post code says head or deputy, whatever else is said of the person,
 * and only with a function of direction: a bursar is never a deputy. A director of the first degree is a teacher.
 */
export function functionsOf(degree: 1 | 2, code: string, poste: string): readonly SchoolFunction[] {
  const meaning = MEANINGS.get(code);
  if (meaning === undefined || meaning === 'nothing') return [];
  if (meaning !== 'direction') return [meaning];
  if (degree === 1) return ['teacher', 'direction'];
  return [(code === 'DIR' ? POSTES.get(poste) : undefined) ?? 'administrative'];
}

function all(codes: readonly string[], meaning: Meaning): [string, Meaning][] {
  return codes.map((code) => [code, meaning]);
}
