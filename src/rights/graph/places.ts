// In which school a resource is, for those met so far: a resource never changes school.
import { KeyTable } from './keys.ts';
import type { Kind } from './kinds.ts';
import type { School } from './schools.ts';

/** How many resources are remembered; when there are more, all are forgotten and met again. */
const MAX = 2_000_000;

export class Places {
  #keys: KeyTable[] = [];
  /** By kind, then by the number of the key. */
  #schools: School[][] = [];

  find(kind: Kind, resource: string): School | undefined {
    const number = this.#keys[kind]?.find(resource) ?? -1;
    return number < 0 ? undefined : this.#schools[kind]![number];
  }

  put(kind: Kind, resource: string, school: School): void {
    if ((this.#keys[kind]?.size ?? 0) >= MAX) this.#keys[kind] = new KeyTable();
    this.#keys[kind] ??= new KeyTable();
    this.#schools[kind] ??= [];
    this.#schools[kind]![this.#keys[kind]!.add(resource)] = school;
  }
}
