// The order of the files in a run: the long ones first, so that none of them is left alone at the end.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** How the names of those that take long begin, the longest first. */
const LONG = [
  'rights/agreement',
  'http/accessibility',
  'http/narrow',
  'rights/mutants',
  'ways/',
  'main/',
  'portal/factors',
  'oidc/epochs',
  'resources/licences',
  'accounts/',
  'families/',
  'oidc/single-use',
  'rights/freshness',
  'feed/keeping',
  'portal/passkeys',
];

export default class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((name) => moduleId.includes(`/test/${name}`));
  return place < 0 ? LONG.length : place;
}
