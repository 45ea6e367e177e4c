// A resource that is described as it should be.
import type { NewResource } from '../../src/resources/registry.ts';
import { good } from './good.ts';

export const goodResource: NewResource = {
  id: good.idRessource,
  name: good.libelleRessource,
  publisher: { id: '552081317_0000000121032683', name: 'Éditions du Préau' },
  url: 'https://editions.example/manuel',
  presentation: 'MAN',
  declared: ['IDO', 'UAI', 'PRO', 'PRE', 'DIV'],
  sector: 'publisher',
  schools: 'click',
  details: {
    description: 'Un manuel.',
    typePedagogique: [{ uri: 'http://data.education.fr/voc/scolomfr/concept/scolomfr-voc-010-num-003', nom: 'cours' }],
    typologieDocument: [],
    niveauEducatif: [],
    domaineEnseignement: [],
    distributeurTech: '552081317_0000000121032683',
    validateurTech: '552081317_0000000121032683',
  },
};
