// A raw record under examination: its values as they are asked for, and what is wrong with them.
import type { Civility } from '../../directory/persons.ts';
import { limits } from '../limits.ts';
import { categories, type RecordKind } from './attributes.ts';
import type { PersonBody } from './bodies.ts';
import type { Problem, ProblemCode } from './problems.ts';
import type { RawRecord } from './reader.ts';
import { civilityOf, dayOf, isGarbled, partsOf } from './values.ts';

/** A raw record under examination: every look at it may leave a problem behind. */
export class Examination {
  readonly problems: Problem[] = [];
  readonly raw: RawRecord;
  id = '';
  otherId: string | undefined;

  constructor(raw: RawRecord) {
    this.raw = raw;
  }

  drop(code: ProblemCode, attribute?: string): void {
    this.#note({ code, attribute, quarantine: false });
  }

  setAside(code: ProblemCode, attribute?: string): void {
    this.#note({ code, attribute, quarantine: true });
  }

  /** Once per record and attribute, however many values are wrong. */
  #note(problem: Problem): void {
    const { code, attribute, quarantine } = problem;
    const said = this.problems.some(
      (one) => one.code === code && one.attribute === attribute && one.quarantine === quarantine,
    );
    if (!said) this.problems.push(problem);
  }

  all(...names: readonly string[]): readonly string[] {
    const values = names.flatMap((name) => this.raw.values.get(name) ?? []);
    return values.filter((value) => {
      if (!isGarbled(value)) return true;
      this.drop('ENCODING', names[0]);
      return false;
    });
  }

  one(...names: readonly string[]): string | undefined {
    return this.all(...names)[0];
  }

  /** The key of the record: the same everywhere it is written. */
  identity(): string {
    const { raw } = this;
    const attribute = JOINTURES[categories[raw.category].kind];
    const joined = raw.values.get(attribute)?.[0];
    const id = raw.id || joined || '';
    if (!/^[\w.-]{1,64}$/.test(id) || (joined !== undefined && joined !== id)) this.setAside('ID_MISMATCH', attribute);
    if (raw.operational !== categories[raw.category].operational) this.setAside('ID_MISMATCH', 'operationalAttributes');
    this.id = id.slice(0, 64);
    if (joined !== id) this.otherId = joined?.slice(0, 64);
    return this.id;
  }

  day(...names: readonly string[]): string | undefined {
    const text = this.one(...names);
    const day = text === undefined ? undefined : dayOf(text);
    if (text !== undefined && day === undefined) this.drop('BAD_DATE', names[0]);
    return day;
  }

  /** A value of one form; one of another is dropped. */
  matching(form: RegExp, ...names: readonly string[]): string | undefined {
    const text = this.one(...names);
    if (text === undefined || form.test(text)) return text;
    this.drop('BAD_VALUE', names[0]);
    return undefined;
  }

  civility(): Civility | undefined {
    const text = this.one('personalTitle', 'ENTPersonCivilite');
    const civility = text === undefined ? undefined : civilityOf(text);
    if (text !== undefined && civility === undefined) this.drop('BAD_VALUE', 'personalTitle');
    return civility;
  }

  /** Values in parts, each of them mandatory up to `least`; those that do not fit, or in no index, are dropped. */
  parts(names: readonly string[], least: number, most = least): string[][] {
    return this.all(...names).flatMap((value) => {
      const found = partsOf(value, least, most);
      const parts = found?.every((part) => part.length <= limits.part) ? found : undefined;
      if (!parts) this.drop('BAD_PARTS', names[0]);
      return parts ? [parts] : [];
    });
  }

  person(): PersonBody {
    const familyName = this.name('sn', 'ENTPersonNom');
    const givenName = this.name('givenName', 'ENTPersonPrenom');
    return {
      givenName,
      familyName,
      birthDate: this.day('ENTPersonDateNaissance'),
      email: this.matching(ADDRESS, 'mail', 'ENTPersonMail'),
    };
  }

  private name(...names: readonly string[]): string {
    const text = names.flatMap((name) => this.raw.values.get(name) ?? [])[0] ?? '';
    if (text === '' || text.length > 200) this.setAside('NO_NAME', names[0]);
    else if (isGarbled(text)) this.setAside('ENCODING', names[0]);
    return text;
  }
}

/** One address, to which a code may be sent; two in one value are none. */
const ADDRESS = /^[^\s@<>()[\]\\",;:]{1,64}@[^\s@<>()[\]\\",;:]{1,185}$/;

const JOINTURES: Readonly<Record<RecordKind, string>> = {
  school: 'ENTStructureJointure',
  subject: 'ENTMatJointure',
  level: 'ENTMefJointure',
  pupil: 'ENTPersonJointure',
  relative: 'ENTPersonJointure',
  staff: 'ENTPersonJointure',
};
