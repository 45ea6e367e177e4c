// The files of an export: their names, and where one ends and the next begins.
import { dayOf } from '../facts/calendar.ts';
import { type Degree, kinds } from './elements.ts';
import type { Staging } from './staging.ts';
import { closing, opening, written } from './xml.ts';

export interface ExportFile {
  readonly name: string;
  readonly nodes: number;
  readonly bytes: Buffer;
}

/** How many nodes a file holds at most. */
export const MOST_NODES = 10_000;

/**
 * What the names of an export begin with, and the whole name of its archive but for the ending:
 * `<idENT>_GAR-ENT_Complet_<yyyyMMdd>_<HHmmss>_<1D|2D>`, on the clock of Paris.
 */
export function stemOf(ent: string, degree: Degree, at: number): string {
  const clock = new Intl.DateTimeFormat('fr-FR', { timeZone: 'Europe/Paris', timeStyle: 'medium' }).format(at);
  return `${ent}_GAR-ENT_Complet_${dayOf(at).replaceAll('-', '')}_${clock.replaceAll(':', '')}_${degree}D`;
}

/** Every file, of every kind, in order, one in memory at a time; a kind without a node has one file that says so. */
export async function* filesOf(
  staging: Staging,
  { stem, degree, most = MOST_NODES }: { stem: string; degree: Degree; most?: number },
): AsyncGenerator<ExportFile> {
  for (const kind of kinds) {
    let number = 0;
    let texts: string[] = [];
    const file = (): ExportFile => {
      const name = `${stem}_${kind}_${String(number).padStart(4, '0')}.xml`;
      const bytes = Buffer.from([opening(kind, degree), ...texts, closing(kind)].join(''));
      const one = { name, nodes: texts.length, bytes };
      number += 1;
      texts = [];
      return one;
    };
    for await (const node of staging.nodesOf(kind)) {
      if (texts.length === most) yield file();
      texts.push(written(node));
    }
    if (texts.length > 0 || number === 0) yield file();
  }
}
