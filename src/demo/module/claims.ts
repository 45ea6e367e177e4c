// What the ID token tells the module about a person: hints for the screen, never a right.
import { z } from 'zod';

const audience = z.object({
  id: z.string(),
  label: z.string(),
  school: z.string(),
  as: z.enum(['pupil', 'teacher', 'main_teacher']),
  subjects: z.array(z.string()).optional(),
});

/** The children of a person, as the claim and the address for families tell them. */
export const childrenTold = z.array(
  z.object({
    sub: z.string(),
    given_name: z.string(),
    school: z.string(),
    classes: z.array(z.union([z.string(), z.object({ label: z.string() }).transform(({ label }) => label)])),
  }),
);

const claims = z.object({
  sub: z.string().min(1),
  sid: z.string().optional(),
  name: z.string().optional(),
  given_name: z.string().optional(),
  roles: z.array(z.object({ role: z.string(), school: z.string() })).default([]),
  schools: z.array(z.object({ uai: z.string(), name: z.string(), degree: z.number() })).default([]),
  classes: z.array(audience).default([]),
  groups: z.array(audience).default([]),
  children: childrenTold.default([]),
  functions: z.array(z.object({ function: z.string(), school: z.string() })).default([]),
});

/** The person as Préau presented them at sign-in. */
export type Claims = z.infer<typeof claims>;

/** Reads the claims of a verified ID token; throws when they are not of the documented shape. */
export function readClaims(payload: unknown): Claims {
  return claims.parse(payload);
}

const roleNames: Readonly<Record<string, string>> = {
  pupil: 'Élève',
  teacher: 'Enseignement',
  head: 'Chef d’établissement',
  deputy: 'Adjoint au chef d’établissement',
  librarian: 'Documentation',
  school_life: 'Vie scolaire',
  administrative: 'Administration',
  inspector: 'Inspection',
  guardian: 'Responsable légal',
  collectivity: 'Collectivité',
};

const functionNames: Readonly<Record<string, string>> = { direction: 'direction d’école' };

/** One line per role, in French: what the person is, and where; a guardian, of whom. */
export function rolesInFrench({ roles, functions, schools, children }: Claims): string[] {
  const named = (uai: string) => schools.find((school) => school.uai === uai)?.name ?? uai;
  const lines = roles.map(({ role, school }) => {
    if (role === 'guardian' && children.length > 0)
      return `${roleNames.guardian} de ${enumerated(children.map(({ given_name }) => given_name))}`;
    const held = functions.filter((one) => one.school === school && functionNames[one.function] && role === 'teacher');
    const words = [roleNames[role] ?? role, ...held.map((one) => functionNames[one.function])];
    return `${words.join(' et ')}, ${named(school)}`;
  });
  return [...new Set(lines)];
}

/** How the module names a person. */
export function nameOf({ name, given_name }: Claims): string {
  return name ?? given_name ?? 'Personne sans nom';
}

function enumerated(names: readonly string[]): string {
  return new Intl.ListFormat('fr').format(names);
}
