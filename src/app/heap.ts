// How the server keeps its memory: what a request makes ends with the request, whatever V8 learns from the first minute.
import { setFlagsFromString } from 'node:v8';

/**
 * V8 learns which places in the code make objects that live long, and has them made among the old ones from then on.
 * After a start requests wait for schools to be read, long enough for it to learn that of all that a request makes; then
 * each request, dead among the old, keeps alive the young that it points at, until everything is collected: half of the
 * processor's time went there. To be called before anything is served.
 */
export function expectShortLives(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
