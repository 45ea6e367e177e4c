// Which requests come from a shared workstation, for what decides how long a session lives.
import type { SharedWorkstation } from '../directory/shared-workstations.ts';

// Keyed by the raw request: the provider makes a context of its own for it.
const marked = new WeakMap<object, SharedWorkstation>();

/** Says of a request that it comes from a shared workstation. */
export function comesFrom(request: object, workstation: SharedWorkstation): void {
  marked.set(request, workstation);
}

/** The shared workstation that a request comes from, if it does. */
export function workstationOf(request: object | undefined): SharedWorkstation | undefined {
  return request && marked.get(request);
}
