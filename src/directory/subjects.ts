// Subjects taught, by the academy's code.
import { type Db, inPieces } from '../storage/storage.ts';

export interface Subject {
  readonly academy: string;
  readonly code: string;
  readonly label: string;
}

/** The labels of subjects by code, in one academy; unknown codes are left out. */
export async function subjectLabels(db: Db, academy: string, codes: readonly string[]): Promise<Map<string, string>> {
  const labels = new Map<string, string>();
  for (const piece of inPieces([...new Set(codes)]))
    for (const row of (await db('subject').where({ academy }).whereIn('code', piece)) as Subject[])
      labels.set(row.code, row.label);
  return labels;
}

/** Writes the subjects that are new or whose label has changed; returns their codes. */
export async function ensureSubjects(
  tx: Db,
  academy: string,
  subjects: readonly { readonly code: string; readonly label: string }[],
): Promise<string[]> {
  const present = await subjectLabels(
    tx,
    academy,
    subjects.map((subject) => subject.code),
  );
  const fresh = subjects.filter(({ code, label }) => present.get(code) !== label);
  for (const { code, label } of fresh)
    await tx('subject').insert({ academy, code, label }).onConflict(['academy', 'code']).merge();
  return fresh.map(({ code }) => code);
}
