// The French words of who opened one's file in the pages of Préau.
import type { OpeningCategory, OpeningPurpose } from '../../../src/privacy/file-openings.ts';

export const fileOpenings = {
  heading: 'Ouvertures de votre dossier',
  intro:
    "Les jours où quelqu'un a ouvert, dans les pages de Préau, un dossier qui vous nomme, et pourquoi. Un même jour n'est compté qu'une fois, et le nom des agents n'est pas montré. Là où si peu de personnes travaillent qu'on les reconnaîtrait, la direction ne voit pas ces jours.",
  none: "Aucune ouverture n'est gardée.",
  categories: {
    staff: "Personnel chargé du dossier dans l'établissement",
    dpo: 'Délégation à la protection des données',
    operator: "Exploitation du service, à la demande de l'établissement",
  } satisfies Record<OpeningCategory, string>,
  purposes: {
    request: 'Traiter une demande sur vos données, ou sur celles de votre enfant',
    register: 'Tenir le registre des demandes',
    dispute: 'Régler un signalement sur un lien de famille',
    copy: 'Préparer la copie de vos données',
    mandate: 'Lire le mandat joint à votre demande',
    incident: "Lire vos traces de connexion, dans un dossier d'incident clos depuis",
    activation: "Vous délivrer un code, une carte ou une lettre d'activation",
    reset: 'Vous permettre de choisir un nouveau mot de passe',
  } satisfies Record<OpeningPurpose, string>,
};
