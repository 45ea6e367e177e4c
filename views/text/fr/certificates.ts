// The French words of the certificates that the service depends on: whose they are, until when, and what to do.
import type { CertificateLife } from '../../../src/oidc/expiry.ts';

/** Whose it is; the services of modules and of providers are named beside it. */
const kinds: Record<CertificateLife['kind'], string> = {
  server: 'Certificat de ce service',
  authority: 'Autorité qui signe les certificats des machines',
  revocation: 'Liste de ce qu’une autorité a révoqué',
  registered: 'Certificat inscrit pour un service relié',
  seen: 'Certificat que montre un service relié',
  provider: 'Certificat d’un fournisseur d’identité',
};

export const certificates = {
  title: 'Certificats',
  heading: 'Certificats du service et des services reliés',
  intro:
    'Un certificat a une fin : passé ce jour, la machine qui le montre n’est plus reconnue, et ce qu’elle fait s’arrête. Ce sont ceux de Préau, et ceux des services reliés à vos établissements.',
  none: 'Aucun certificat n’est en usage : les services se font reconnaître autrement.',
  toRenew: 'À renouveler',
  nothingToRenew: 'Rien à renouveler dans les trente jours.',
  whatToDo:
    'Prévenez qui tient le service nommé, ou l’exploitant de Préau : un nouveau certificat s’inscrit à côté de l’ancien, sans interruption.',
  others: 'Les autres',
  kinds,
  states: {
    good: (day: string) => `jusqu’au ${day}`,
    followed: (day: string) => `jusqu’au ${day} ; le suivant est déjà là`,
    soon: (day: string) => `finit bientôt : le ${day}`,
    ended: (day: string) => `fini depuis le ${day}`,
  },
};
