// The French words: everything Préau says on a screen. Written plainly; typeset adds the spaces that do not break.
import type { RefusalCode } from '../../src/errors.ts';
import type { ClaimName } from '../../src/oidc/claims.ts';
import type { ForbidName } from '../../src/rights/policy.ts';
import type { WayName } from '../home.tsx';
import { account } from './fr/account.ts';
import { attributes } from './fr/attributes.ts';
import { certificates } from './fr/certificates.ts';
import { circles } from './fr/circles.ts';
import { data } from './fr/data.ts';
import { factors } from './fr/factors.ts';
import { family } from './fr/family.ts';
import { fileOpenings } from './fr/file-openings.ts';
import { freeResources } from './fr/free-resources.ts';
import { launching } from './fr/launching.ts';
import { card, letters } from './fr/letters.ts';
import { licences } from './fr/licences.ts';
import { mediaCentre } from './fr/media-centre.ts';
import { nationalGar } from './fr/national-gar.ts';
import { notices } from './fr/notices.ts';
import { openings } from './fr/openings.ts';
import { publishers } from './fr/publishers.ts';
import { register } from './fr/register.ts';
import { requests } from './fr/requests.ts';
import { statistics } from './fr/statistics.ts';
import { subscriptions } from './fr/subscriptions.ts';
import { upstream } from './fr/upstream.ts';
import { workstations } from './fr/workstations.ts';
import type { RulesText } from './rules.ts';
import { typeset } from './typeset.ts';

/** A way on from the front page: its title, and what waits there. */
type WayWords = Record<WayName, { readonly title: string; readonly answer: (count: number) => string }>;

/** What happened and what to do next, in words for the person who meets it. */
const refusals: Record<RefusalCode, string> = {
  bad_request: 'La demande est incomplète ou mal formée. Revenez en arrière et recommencez.',
  bad_setting: "Un réglage du serveur n'est pas valable.",
  bad_argument: "La commande a reçu une valeur qu'elle ne comprend pas.",
  body_too_large: 'Ce qui a été envoyé est trop gros. Envoyez-en moins à la fois.',
  unsupported_media_type: "Le format envoyé n'est pas accepté ici.",
  not_signed_in:
    "Connectez-vous d'abord : ouvrez le service que vous voulez utiliser, il vous amènera à la page de connexion.",
  sign_in_failed:
    "Cet identifiant et ce mot de passe ne vont pas ensemble. Vérifiez les majuscules, puis réessayez. Si vous n'avez pas encore activé votre compte, faites-le d'abord.",
  too_many_tries: "Il y a eu trop d'essais. Attendez quelques minutes, puis réessayez.",
  token_missing: "Cette adresse demande un jeton d'accès.",
  token_invalid: "Le jeton d'accès n'est pas valable, ou plus.",
  credentials_invalid: "L'identifiant et le secret du module ne vont pas ensemble.",
  scope_missing: "Le jeton d'accès ne couvre pas cette demande.",
  form_expired:
    'Cette page est restée ouverte trop longtemps, ou a été ouverte ailleurs. Revenez au service et recommencez.',
  wrong_host: 'Préau ne répond pas à cette adresse. Utilisez celle que votre établissement vous a donnée.',
  not_found: "Cette page n'existe pas, ou n'existe plus. Vérifiez l'adresse, ou revenez à l'accueil.",
  method_not_allowed: "Cette adresse ne s'utilise pas de cette façon. Revenez à l'accueil.",
  unknown_person:
    "Cette personne n'est pas connue ici. Vérifiez son prénom et son nom, écrits en entier, ou le numéro qui la désigne.",
  unknown_school: "Cet établissement n'est pas connu.",
  unknown_logbook: "Ce cahier de textes n'est pas connu, ou n'existe plus. Revenez à la liste des cahiers.",
  unknown_class: "Cette classe ou ce groupe n'est pas connu.",
  unknown_decision:
    "Cette décision n'est pas dans le registre : elle n'a pas été retenue, ou elle est arrivée à son terme.",
  unknown_client: "Ce service n'est pas inscrit auprès de Préau.",
  school_not_served: "Ce service n'est pas ouvert à cet établissement.",
  not_allowed: "Vous n'avez pas ce droit. Si vous pensez que c'est une erreur, parlez-en à votre établissement.",
  grant_without_end: "Une ouverture a toujours une fin. Choisissez jusqu'à quel jour le cahier reste ouvert.",
  grant_dates: "Ces dates ne vont pas. Choisissez un début qui n'est pas passé, et une fin qui vient après.",
  grant_too_long: "Une ouverture ne dépasse pas la fin de l'année scolaire. Choisissez une date plus proche.",
  grant_to_self: "Cette personne tient déjà ce cahier : elle le lit et y écrit. Choisissez quelqu'un d'autre.",
  grant_not_staff:
    "Un cahier ne s'ouvre qu'à un membre nommé du personnel de l'établissement : enseignement, documentation ou vie scolaire. Vérifiez que la personne y exerce toujours.",
  not_owner: 'Seule la personne qui tient ce cahier peut faire cela. Adressez-vous à elle.',
  no_delegation:
    "Il faut pour cela une délégation de signature enregistrée, à votre nom et en cours. Demandez-la à la cheffe ou au chef d'établissement.",
  reason_missing: 'Dites pourquoi, en quelques mots : la personne qui tient le cahier les lira.',
  unknown_grant: "Cette ouverture n'est pas connue.",
  grant_exists: 'Une ouverture à cette personne est déjà demandée ou en cours pour ces dates. Il suffit de la suivre.',
  grant_refused_before:
    'Cette ouverture a été refusée pour ces dates. Parlez-en à la direction, qui peut revenir sur son refus, ou choisissez des dates qui ne la recoupent pas.',
  grant_not_offered: "La personne qui tient ce cahier n'a pas encore donné son accord. Il vient avant la validation.",
  grant_own_validation:
    'Personne ne valide pour soi-même. Une autre personne de la direction doit décider de cette ouverture.',
  grant_owner_gone:
    'La personne qui a proposé cette ouverture ne tient plus ce cahier. La personne qui le tient maintenant peut la proposer à son tour.',
  grant_decided: "Cette ouverture a déjà été validée. Il n'y a rien d'autre à faire.",
  grant_closed:
    "Cette ouverture est close : elle a été refusée, retirée ou elle est arrivée à son terme. Elle n'ouvre rien.",
  delegation_refused:
    "Cette délégation n'est pas valable : elle est donnée à une adjointe ou un adjoint de l'établissement, pour un acte prévu, avec la référence de la décision et des dates dans l'année scolaire.",
  not_head: 'Seule la cheffe ou le chef de cet établissement donne ou retire une délégation de signature.',
  unknown_delegation: "Cette délégation n'existe pas, ou a déjà pris fin.",
  dates_refused:
    "Ces dates ne conviennent pas. La fin vient après le début, et les limites sont dites près de la date : ce qui ouvre un droit finit dans l'avenir, avec l'année scolaire au plus tard ; ce qui a eu lieu est déjà passé.",
  decision_missing: 'Indiquez la référence de la décision, sans en recopier le contenu.',
  not_pupil: "Cette personne n'est pas élève de cet établissement.",
  not_guardian: "Cette personne n'est pas responsable légale de cet élève.",
  not_of_age: "Seuls les élèves majeurs ou émancipés peuvent s'opposer à cette lecture.",
  nothing_to_end: "Il n'y a rien de tel à terminer : ce n'est pas enregistré, ou c'est déjà fini.",
  replaces_self: 'Personne ne se remplace soi-même.',
  substitute_leads:
    "La direction lit les cahiers de textes et n'écrit dans aucun. Confiez le remplacement à une enseignante ou un enseignant.",
  not_kept: 'La personne remplacée ne tient pas ce cahier dans cet établissement.',
  not_school_life: "Cette personne n'est ni CPE, ni accompagnante d'un élève nommé.",
  not_staff: "Cette personne n'exerce pas dans cet établissement.",
  office_conflict:
    "Qui dirige ou administre un établissement ne veille pas aussi sur ses données. Nommez quelqu'un d'autre, ou mettez d'abord fin à l'autre nomination.",
  unknown_absence: "Cette absence n'est pas connue, ou ne vous regarde pas.",
  unknown_inquiry: "Cette demande n'est pas connue.",
  absence_exists: 'Une absence est déjà enregistrée à ces dates. Corrigez-la plutôt.',
  absence_over: 'Cette absence est déjà terminée.',
  slot_refused: "Ce cours n'est pas de ceux que la personne assure pendant cette absence.",
  slot_covered: 'Une solution est déjà enregistrée pour ce cours.',
  motive_missing: 'Dites pourquoi, en quelques mots.',
  unknown_subject: "Cette matière n'est pas connue dans cette académie.",
  unknown_inspection: "Cette demande d'inspection n'est pas connue.",
  place_missing: 'Dites où se trouve ce poste, et quand il est accessible.',
  unknown_circle: "Ce cercle n'existe pas, n'existe plus, ou vous n'en êtes pas membre.",
  circle_incomplete: 'Donnez un nom au cercle et dites à quoi il sert, en quelques mots.',
  circle_school_missing: 'Choisissez au moins un établissement où vous pouvez créer un cercle.',
  invitee_missing: 'Écrivez le prénom et le nom de la personne que vous invitez.',
  invitation_closed:
    "Cette invitation n'attend plus de réponse, ou ne peut plus être acceptée. Il n'y a rien d'autre à faire.",
  too_many_invitations: "Vous avez envoyé beaucoup d'invitations depuis hier. Reprenez demain.",
  unknown_request: "Cette demande n'est pas connue, ou n'est pas la vôtre.",
  request_repeated: 'Cette demande a déjà été faite pour ces dates, ou a été refusée.',
  request_over: "Cette demande n'attend plus de réponse.",
  denial_unbound: 'Cette demande ne va pas avec le refus auquel elle répond.',
  denial_expired: 'Trop de temps a passé depuis le refus. Recommencez.',
  out_of_territory: "Cet établissement n'est pas dans le ressort de cette inspection.",
  outside_specialty: 'Les cahiers demandés ne sont pas de la matière inspectée.',
  nothing_to_inspect: "Nommez un enseignant, une classe ou un groupe qui a un cahier de textes dans l'établissement.",
  inspection_exists: 'La même demande attend déjà une réponse.',
  inspection_decided: 'Cette demande a déjà reçu une réponse.',
  inspection_own: "Personne n'approuve sa propre demande.",
  inspection_over: 'Cette inspection est déjà terminée.',
  ticket_refused:
    "Un ticket ne se donne qu'à qui administre l'ENT de l'établissement, y est délégué à la protection des données, ou répond pour l'académie.",
  unknown_incident: "Ce dossier d'incident n'est pas connu, ou ne vous regarde pas.",
  incident_own:
    "Un dossier d'incident demande deux autres personnes que celle qu'il concerne : l'une le demande, l'autre le contresigne.",
  incident_decided: "Ce dossier d'incident a déjà reçu une réponse, ou il est clos.",
  incident_closed: "Ce dossier d'incident n'ouvre rien : il attend sa contre-signature, ou il est clos.",
  person_ambiguous:
    "Plusieurs personnes de l'établissement portent ce nom. Écrivez le numéro de la personne dans Préau, qui se lit sur sa page.",
  activation_invalid:
    "Ces informations ne correspondent à aucun compte à activer. Vérifiez le code, sans vous soucier des majuscules ni des tirets, et l'autre information demandée. Un code ne sert qu'une fois et dure trois mois : votre établissement peut vous en donner un nouveau.",
  account_exists: 'Ce compte est déjà activé. Connectez-vous avec votre identifiant et votre mot de passe.',
  factor_refused:
    "Cette preuve n'a pas été acceptée. Un code ne sert qu'une fois : attendez le suivant, vérifiez que l'heure de votre téléphone est juste, puis réessayez.",
  passkey_refused:
    "Cette clé d'accès n'a pas pu être ajoutée : elle l'est peut-être déjà, ou l'appareil n'a pas vérifié que c'est bien vous. Recommencez.",
  factor_required:
    'Votre fonction demande un second moyen de connexion. Ajoutez-en un autre avant de retirer celui-ci.',
  too_many_factors: 'Vous avez déjà dix seconds moyens de connexion. Retirez-en un qui ne vous sert plus.',
  unknown_factor: "Ce moyen de connexion n'est pas, ou plus, parmi les vôtres.",
  second_agent_needed:
    "Il faut ici une autre personne que vous. Pour un même compte, qui demande un code ne le contresigne pas, et qui fait changer le mot de passe ne retire pas les seconds moyens de connexion. Adressez-vous à une autre personne habilitée de l'établissement.",
  reset_by_link:
    "Cette personne dirige, administre ou inspecte, et n'a pas encore de second moyen de connexion : un code remis à l'école ouvrirait tout. Qu'elle demande un lien à son adresse, sur « Mot de passe oublié », ou adressez-vous à l'exploitant du serveur.",
  signer_factor_missing:
    'Pour contresigner, il faut un second moyen de connexion. Ajoutez-en un depuis votre page « Mon compte », puis revenez.',
  factor_ask_over:
    "Cette demande n'attend plus de signature : elle a été contresignée, retirée, ou a plus de trois jours. S'il faut encore un code, demandez-le de nouveau.",
  identifier_taken: 'Cet identifiant est déjà pris. Choisissez-en un autre.',
  identifier_invalid:
    'Cet identifiant ne convient pas. Prenez de 3 à 64 caractères : des lettres sans accent, des chiffres, des points, des tirets.',
  password_too_weak:
    "Ce mot de passe est trop facile à deviner. Prenez-en un plus long : quatre ou cinq mots sans rapport entre eux font très bien l'affaire.",
  password_wrong:
    "Ce n'est pas le mot de passe de votre compte. Vérifiez-le ; après plusieurs essais, attendez une minute avant de recommencer.",
  reset_invalid:
    "Ce lien ou ce code ne permet pas de changer de mot de passe : il a déjà servi, il n'est plus valable, ou l'autre information ne correspond pas. Vérifiez-les, ou demandez-en un nouveau.",
  account_not_active: "Cette personne n'a pas de compte ouvert : c'est un code d'activation qu'il lui faut.",
  join_refused:
    "Ces informations ne permettent pas de réunir deux fiches. Vérifiez ce que vous avez saisi, ou adressez-vous à l'établissement de votre enfant.",
  join_not_family:
    "Seul le compte d'un parent, ouvert et à jour, peut être réuni à une autre fiche. Un compte du personnel ou d'élève ne le peut pas : qui travaille dans un établissement garde deux connexions, l'une pour son métier, l'autre pour ses enfants.",
  unknown_join: 'Cette réunion de fiches est inconnue, ou ce n’est pas à vous de la défaire.',
  unknown_dispute: 'Ce signalement est inconnu, ou ce n’est pas à vous de le régler.',
  dispute_settled: 'Ce signalement est déjà levé.',
  not_confirmed: 'Cochez la case pour confirmer, puis recommencez.',
  account_move_refused: "L'état de ce compte ne permet pas ce changement.",
  email_invalid: "Cette adresse électronique n'est pas complète. Écrivez-la comme nom@exemple.fr.",
  email_code_invalid:
    "Ce n'est pas le code du dernier message envoyé, ou il a plus d'une heure. Vérifiez-le, ou demandez un nouveau message.",
  request_open:
    "Une demande de même nature est déjà ouverte pour cette personne. Suivez-la, ou retirez-la avant d'en faire une autre.",
  own_cause:
    "Cette décision vous touche de près : elle concerne vous-même, votre enfant, ou une personne qui porte votre nom. Une autre personne doit la prendre : une adjointe ou un adjoint qui en a délégation, ou l'autorité au-dessus de l'établissement.",
  request_own:
    "Personne ne décide de sa propre demande, ni de celle de son enfant. Une autre personne de la direction, ou l'autorité académique, doit répondre.",
  request_words_missing:
    'Il manque les raisons : écrivez-les, même en quelques mots. Ce qui tient à la situation de la personne sera examiné.',
  correction_missing: 'Indiquez ce qui est exact, sur une seule ligne : la correction ne peut pas être vide.',
  mandate_incomplete:
    'Le mandat est incomplet : indiquez sa référence, qui le porte, et joignez le document (PDF, JPEG ou PNG).',
  mandate_unreadable:
    "Ce fichier n'est pas un document PDF, JPEG ou PNG entier. Numérisez le mandat de nouveau, ou joignez-en une photographie.",
  mandate_other:
    "Ce document n'est pas celui dont l'empreinte a été notée avec cette demande. Joignez celui qui est arrivé avec la lettre.",
  file_too_large:
    'Ce fichier dépasse 5 Mo. Numérisez le document en moins fin, ou en noir et blanc, et joignez-le de nouveau.',
  people_missing: 'Nommez de 1 à 80 personnes, une par ligne, chacune une seule fois.',
  reason_thin:
    'Ces raisons sont trop courtes. Chaque personne a droit à une réponse motivée qui parle de sa situation : écrivez-la en quelques phrases.',
  reason_repeated:
    "Ces raisons ont déjà servi mot pour mot à refuser une autre demande. Un refus en bloc n'est pas permis : dites ce qui est propre à cette personne.",
  ground_missing: 'Choisissez le fondement juridique du refus.',
  request_unattached:
    "Cette lettre n'est encore rattachée à personne de l'annuaire. Rattachez-la d'abord, ou répondez que rien n'est conservé.",
  identity_unchecked: "L'identité de la personne n'est pas encore vérifiée. Notez comment elle l'a été, puis décidez.",
  logbook_kept:
    "Un cahier de textes n'est jamais effacé à la demande de la personne qui l'a tenu : c'est le document officiel de la classe et une archive publique (RGPD, article 17(3) b et d ; code du patrimoine, article L212-2). La demande ne peut qu'être refusée, en disant pourquoi.",
  extension_late: 'Le premier mois est passé : le délai ne peut plus être prolongé. Répondez sans attendre.',
  extension_done: 'Le délai de cette demande a déjà été prolongé.',
  unknown_entry: 'Le registre ne contient pas ce traitement à cette date.',
  upstream_refused:
    "Ce que le service d'identité a répondu n'a pas pu être vérifié. Rien n'a été ouvert : revenez au service que vous vouliez utiliser, et recommencez.",
  upstream_over:
    'Cette connexion a déjà servi, a trop attendu, ou a commencé ailleurs. Revenez au service que vous vouliez utiliser, et recommencez.',
  upstream_invalid: "La fiche du fournisseur d'identité n'est pas bonne. Corrigez ce qui est nommé, puis recommencez.",
  upstream_exists:
    "Un fournisseur d'identité est déjà inscrit sous ce nom. Mettez-y fin d'abord, ou donnez un autre identifiant à celui-ci.",
  unknown_upstream: "Ce fournisseur d'identité n'est pas inscrit. Connectez-vous d'une autre façon.",
  nothing_to_issue:
    "Il n'y a personne à qui délivrer un code dans ce que vous avez choisi : chacun a déjà un compte ou un code encore valable, ou personne n'y porte ce nom. Pour une lettre perdue, cochez aussi la case qui remplace les codes encore valables.",
  print_over: "Le temps d'imprimer est passé : les codes ne sont plus lisibles. Délivrez-en de nouveaux.",
  not_first_degree: 'Les cartes de classe sont pour les élèves des écoles.',
  not_for_cards: "Une carte de classe n'ouvre pas cette page.",
  client_exists: 'Un service porte déjà ce nom.',
  client_invalid: "La fiche de ce service n'est pas valable.",
  scope_forbidden:
    "Aucun service ne reçoit les absences du personnel : elles relèvent de l'administration de l'établissement, et le SDET ne justifie pas de les diffuser.",
  key_refused: 'Cette clé de machine ne peut pas être délivrée.',
  unknown_key: "Ce module n'a pas de clé de ce nom en cours de validité.",
  subscription_refused:
    "Cet abonnement n'est pas conforme : chaque règle qu'il ne respecte pas est nommée. Rien n'a été enregistré.",
  subscription_exists: "Cet identifiant d'abonnement est déjà pris. Pour modifier un abonnement, envoyez-le par POST.",
  unknown_subscription: "Cet abonnement n'est pas connu, ou n'est pas des vôtres.",
  distributor_other:
    "Un distributeur n'écrit que ses propres abonnements : l'identifiant du distributeur n'est pas le vôtre.",
  unknown_resource: "Cette ressource n'est pas connue. Vérifiez son identifiant (ARK).",
  unknown_publisher: "Cet éditeur n'est pas connu. Revenez à la liste des éditeurs et choisissez-en un.",
  decline_other:
    "Ce choix a été fait par l'élève, ou par son responsable légal. Seul celui qui l'a fait peut y revenir : parlez-en ensemble.",
  resource_refused:
    "Cette ressource n'est pas décrite comme il faut : corrigez le champ nommé. Rien n'a été enregistré.",
  resource_move_refused:
    'Cette ressource ne peut pas passer à cet état. On suspend une ressource validée ; une ressource retirée le reste : déclarez-en une autre.',
  resource_waits:
    "L'éditeur a déclaré autrement l'adresse ou les établissements, et cela attend d'être validé. Nommez ce que vous validez : la nouvelle adresse ou celle d'avant (--url), tous les établissements ou celui d'où l'on vient (--schools). Rien n'a changé.",
  free_refused:
    'Choisissez au moins un public, parmi ceux pour qui cette ressource est gratuite. Si elle n’est plus dans la liste, elle n’est plus proposée gratuitement.',
  agreement_refused:
    "Cette convention n'est pas complète : il y faut une collectivité et son SIREN, son académie, des établissements connus, et une fin après le début.",
  agreement_move_refused:
    'Cette convention ne peut pas passer à cet état. On signe une convention acceptée, on met fin à une convention signée.',
  export_exists: 'Un export de cette seconde existe déjà ou s’écrit en ce moment. Relancez dans un instant.',
  export_held:
    'Des établissements sont retenus : rien d’eux n’est dans l’archive. Corrigez ce qui est signalé, puis relancez.',
  export_overtaken: 'Une convention a pris fin pendant l’export : rien n’a été écrit. Relancez-le.',
  export_other_ent:
    'Cet établissement est déjà exporté sous un autre identifiant d’ENT. Retirez-le d’abord de celui-là.',
  unknown_agreement: "Cette convention n'est pas connue. Vérifiez le numéro de dossier.",
  licences_not_given:
    "Cet abonnement est ouvert à tout l'établissement : il n'y a pas de licence à donner, chacun y a déjà accès.",
  licence_target_refused:
    "Personne n'a été trouvé ici sous ce nom parmi ceux à qui cet abonnement est destiné. Vérifiez le nom et la classe, et à qui l'abonnement est destiné.",
  licences_missing:
    "Il ne reste pas assez de licences pour tous ceux que vous avez choisis : personne n'en a reçu. Choisissez-en moins, reprenez-en ailleurs, ou demandez-en d'autres au distributeur.",
  assigner_unfit:
    "Les licences ne peuvent pas être confiées à cette personne. Choisissez quelqu'un de l'établissement : enseignement, documentation, CPE, administration ou direction adjointe.",
  assigner_exists:
    'Cette personne est déjà désignée, ou sa réponse est attendue. Pour changer la date de fin, mettez fin à la désignation, puis désignez-la de nouveau.',
  assigner_closed:
    "Cette désignation n'attend plus de réponse : elle a été retirée, elle a pris fin, ou elle a déjà reçu une réponse. Voyez avec la direction.",
  feed_unreadable: 'La livraison ne peut pas être lue.',
  feed_hostile: "La livraison contient ce qui n'a rien à y faire ; elle est refusée.",
  feed_incomplete: 'La livraison est incomplète.',
  feed_mixed: 'La livraison mélange plusieurs exports.',
  feed_stale: 'Une livraison plus récente a déjà été appliquée.',
  feed_held: 'La livraison retire trop de choses à la fois ; elle attend une confirmation.',
  sample_exists: 'Un export se trouve déjà dans ce dossier : choisissez-en un autre, ou videz-le.',
  check_failed: "Un point au moins n'est pas tenu dans cet établissement : voyez lequel, et ce qui le montre.",
  text_missing: 'Écrivez le texte avant de l’enregistrer.',
  letters_not_printed: 'Imprimez ces lettres d’abord : seules celles qui ont été imprimées peuvent être dites remises.',
  trail_broken:
    'Le journal a été modifié. Prévenez la personne qui répond de la sécurité, et gardez la base telle quelle.',
  policy_unreadable:
    "Les règles de ce jour-là ne se relisent pas telles qu'elles ont été conservées. Prévenez la personne qui répond de la sécurité.",
  decision_differs:
    'Cette décision ne se retrouve pas. Prévenez la personne qui répond de la sécurité, et gardez la base telle quelle.',
  schema_unknown: "La base de données vient d'une version plus récente de Préau.",
  schema_behind: "La base de données doit d'abord être mise à jour.",
  unavailable: "Préau est occupé ou en cours d'arrêt. Réessayez dans une minute.",
};

/** Why a right is given, one sentence per rule of the rights engine; `none` when no rule gives it. */
const rules: RulesText = {
  logbook: {
    read: {
      owner: "L'enseignante ou l'enseignant qui tient un cahier le lit et y écrit.",
      substitute: 'La personne qui remplace lit les cahiers repris, pendant les dates du remplacement.',
      team: "L'équipe enseignante de la classe, groupes compris, lit les cahiers de la classe et de ces groupes.",
      colleague:
        "Un collègue lit le cahier que son auteur lui a ouvert et que la direction a validé, jusqu'à la date prévue.",
      inspector: 'Une inspectrice ou un inspecteur lit les cahiers que nomme sa demande approuvée, pendant ses dates.',
      head: "La cheffe ou le chef d'établissement lit tous les cahiers de son établissement.",
      deputy: "L'adjointe ou l'adjoint au chef d'établissement lit tous les cahiers de son établissement.",
      direction: "La direction d'une école en lit tous les cahiers quand une décision enregistrée le prévoit.",
      school_life: "La vie scolaire lit les cahiers d'une classe quand la direction les lui a ouverts nommément.",
      pupil: 'Les élèves lisent les cahiers de leur classe et de leurs groupes.',
      guardian: "Les responsables légaux d'un élève lisent les cahiers de sa classe et de ses groupes.",
      admitted: "Un parent sans autorité parentale lit par une décision écrite de la direction, au vu d'un jugement.",
    },
    write: {
      owner: "L'enseignante ou l'enseignant qui tient un cahier y écrit.",
      substitute: 'La personne qui remplace écrit dans une partie à elle, pendant les dates du remplacement.',
    },
    visa: {
      head: "La cheffe ou le chef d'établissement vise les cahiers.",
      delegate: "L'adjointe ou l'adjoint vise les cahiers par une délégation de signature nominative et datée.",
    },
    read_archive: {
      author: "La personne qui a tenu un cahier le relit tant qu'il est conservé.",
      inspector: 'Un inspecteur lit les cahiers archivés nommés dans une demande approuvée, dans ses dates.',
      head: "La cheffe ou le chef d'établissement lit les cahiers archivés, en écrivant son motif.",
      deputy: "L'adjointe ou l'adjoint lit les cahiers archivés, en écrivant son motif.",
      direction:
        "La direction d'une école lit les cahiers archivés quand une décision le prévoit, en écrivant son motif.",
    },
    grant: { owner: "La personne qui tient un cahier peut demander qu'il soit ouvert à un collègue." },
    request: {
      staff: "Le personnel enseignant ou de documentation et les CPE peuvent demander l'ouverture d'un cahier.",
      territory: 'Une inspectrice ou un inspecteur peut faire une demande dans son ressort.',
    },
    validate: {
      head: "La cheffe ou le chef d'établissement valide l'ouverture qu'a demandée l'auteur du cahier.",
      delegate: "L'adjointe ou l'adjoint valide par une délégation de signature nominative et datée.",
      direction: "La direction d'une école valide quand une décision enregistrée le prévoit.",
    },
    revoke: {
      owner: 'La personne qui tient un cahier y met fin à tout moment.',
      head: "La cheffe ou le chef d'établissement y met fin à tout moment, en disant pourquoi.",
      delegate: "L'adjointe ou l'adjoint y met fin par une délégation de signature nominative et datée.",
      direction: "La direction d'une école y met fin quand une décision enregistrée le prévoit.",
      beneficiary: 'La personne à qui un cahier est ouvert peut y renoncer.',
    },
    see_readers: {
      owner: 'La personne qui tient un cahier voit qui peut le lire, et pourquoi.',
      author: "La personne qui a tenu un cahier voit qui pouvait le lire, tant qu'il est conservé.",
      head: "La cheffe ou le chef d'établissement voit qui peut lire les cahiers de son établissement.",
      deputy: "L'adjointe ou l'adjoint voit qui peut lire les cahiers de son établissement.",
      direction: "La direction d'une école voit qui peut en lire les cahiers quand une décision le prévoit.",
      ticket:
        "L'administration de l'ENT, la personne déléguée à la protection des données ou l'académie le voit sur une demande écrite de qui tient le cahier ou dirige l'établissement, sept jours au plus.",
    },
  },
  absence: {
    read: {
      self: 'Chacun voit ses propres absences.',
      replacement: 'La personne qui remplace voit le créneau et qui elle remplace, sans aucun motif.',
      secretariat: "Le secrétariat voit les absences du personnel de l'établissement, sans aucun motif.",
      head: "La cheffe ou le chef d'établissement voit les absences du personnel, sans aucun motif.",
      deputy: "L'adjointe ou l'adjoint voit les absences du personnel, sans aucun motif.",
      direction: "La direction d'une école voit les absences quand une décision enregistrée le prévoit.",
      inquiry: "La hiérarchie voit une absence par une demande nommée, motivée, approuvée, et jusqu'à sa fin.",
    },
    read_today: { school_life: "La vie scolaire voit quels cours de ses classes ne sont pas assurés aujourd'hui." },
    write: {
      self: 'Chacun peut déclarer sa propre absence.',
      scribe: 'Le secrétariat enregistre les absences par délégation écrite.',
      head: "La cheffe ou le chef d'établissement enregistre les absences.",
      deputy: "L'adjointe ou l'adjoint enregistre les absences.",
      direction: "La direction d'une école enregistre les absences quand une décision le prévoit.",
    },
  },
  lesson: {
    read: {
      team: "L'équipe enseignante voit si le cours de la classe a lieu.",
      head: "La cheffe ou le chef d'établissement voit si les cours ont lieu.",
      deputy: "L'adjointe ou l'adjoint voit si les cours ont lieu.",
      direction: "La direction d'une école voit si les cours ont lieu quand une décision le prévoit.",
      school_life: 'La vie scolaire voit si les cours des classes suivies ont lieu.',
      secretariat: 'Le secrétariat voit si les cours ont lieu.',
      pupil: 'Les élèves voient si le cours de leur classe a lieu.',
      guardian: 'Les responsables légaux voient si le cours de la classe de leur enfant a lieu.',
    },
  },
  school: {
    activate: {
      head: "La cheffe ou le chef d'établissement délivre les codes et lance les réinitialisations.",
      deputy: "L'adjointe ou l'adjoint délivre les codes et lance les réinitialisations.",
      director: "La direction d'une école délivre les codes et lance les réinitialisations.",
      secretariat: 'Le secrétariat délivre les codes et lance les réinitialisations.',
      administrator: "La personne qui administre l'ENT délivre les codes et lance les réinitialisations.",
    },
    inform: {
      head: "La cheffe ou le chef d'établissement veille à ce que chacun soit informé.",
      deputy: "L'adjointe ou l'adjoint veille à ce que chacun soit informé.",
      director: "La direction d'une école veille à ce que chacun soit informé.",
      secretariat: 'Le secrétariat veille à ce que chacun soit informé.',
    },
    file: {
      head: "La cheffe ou le chef d'établissement enregistre une demande reçue sur papier.",
      deputy: "L'adjointe ou l'adjoint enregistre une demande reçue sur papier.",
      director: "La direction d'une école enregistre une demande reçue sur papier.",
      secretariat: 'Le secrétariat enregistre une demande reçue sur papier.',
      dpo: 'La personne déléguée à la protection des données enregistre une demande reçue sur papier.',
    },
    decide: {
      head: "La cheffe ou le chef d'établissement décide des demandes et des contestations.",
      director: "La direction d'une école décide des demandes et des contestations.",
    },
    oversee: {
      dpo: "La personne déléguée à la protection des données tient le registre et contresigne les dossiers d'incident.",
    },
    protect: {
      head: "La cheffe ou le chef d'établissement réinitialise tous les élèves en cas d'incident.",
      director: "La direction d'une école réinitialise tous les élèves en cas d'incident.",
      administrator: "La personne qui administre l'ENT réinitialise tous les élèves en cas d'incident.",
    },
    convene: {
      staff: 'Le personnel enseignant ou de documentation et les CPE créent un cercle et y invitent.',
      head: "La cheffe ou le chef d'établissement crée un cercle et y invite.",
      deputy: "L'adjointe ou l'adjoint crée un cercle et y invite.",
      director: "La direction d'une école crée un cercle et y invite.",
      secretariat: 'Le secrétariat crée un cercle et y invite.',
      administrator: "La personne qui administre l'ENT crée un cercle et y invite, sans y inscrire personne.",
      territory:
        'Une inspectrice ou un inspecteur crée un cercle dans son ressort et y invite, sans y inscrire personne.',
      authority: "L'autorité académique crée un cercle et y invite, sans y inscrire personne.",
    },
    assign: {
      head: "La cheffe ou le chef d'établissement affecte les licences.",
      direction: "La direction d'une école affecte les licences quand une décision enregistrée le prévoit.",
      assigner: 'La personne que la direction a désignée, et qui a accepté, affecte les licences.',
    },
  },
  offer: {
    launch: {
      assigned: "La personne à qui l'établissement a affecté une licence ouvre la ressource.",
      site: "Quand l'abonnement couvre tout un public, toutes celles et tous ceux de ce public ouvrent la ressource.",
    },
  },
  none: "Aucune règle n'ouvre ceci pour cette action.",
};

/** What overrides every right. */
const forbids: Record<ForbidName, string> = {
  barred: 'Une restriction enregistrée ferme cet accès. La direction peut vous dire laquelle et comment la contester.',
  objection: "L'élève majeur s'est opposé à cette lecture.",
  declined: "Vous avez choisi de ne pas être connu de l'éditeur de cette ressource.",
};

/** What a service receives, one sentence per claim. */
const claims: Record<ClaimName, string> = {
  name: 'votre prénom et votre nom',
  given_name: 'votre prénom',
  family_name: 'votre nom de famille',
  roles: 'votre rôle dans chaque établissement : élève, enseignant, parent…',
  schools: 'le nom de vos établissements',
  classes: 'vos classes, ou celles où vous enseignez',
  groups: 'vos groupes, ou ceux où vous enseignez',
  children: "le prénom, l'école et la classe des enfants dont vous êtes responsable",
  functions: 'vos fonctions dans chaque établissement',
  profiles: "votre profil, tel que l'Éducation nationale le désigne",
};

const pages = {
  layout: {
    skip: 'Aller au contenu',
    home: 'Préau, accueil',
    demo: 'Démonstration : les personnes et les établissements sont inventés.',
    footer: 'Préau, un logiciel libre pour les écoles, les collèges et les lycées.',
    privacy: 'Vie privée et cookies',
    notices: "Notice d'information",
    shared: (place: string) => `Poste partagé : ${place}.`,
    sharedRule: 'Rien n’est retenu ici. Sans activité, votre session prend fin au bout de cinq minutes.',
    sharedSignOut: 'Me déconnecter',
    otherLanguage: 'English',
  },
  card,
  freeResources,
  launching,
  letters,
  licences,
  login: {
    title: 'Connexion',
    heading: 'Se connecter',
    towards: (module: string) => `Pour ouvrir « ${module} »`,
    login: 'Identifiant',
    password: 'Mot de passe',
    submit: 'Se connecter',
    firstTime: 'Première connexion ?',
    activate: 'Activer mon compte',
    cancel: 'Revenir sans me connecter',
    why: 'À quoi sert ce service',
    forgotten: 'Mot de passe oublié',
    failed: "La connexion n'a pas abouti",
    sure: "C'est pourtant le bon mot de passe ? Après plusieurs essais, attendez une minute. Quelqu'un en fait peut-être avec votre identifiant : utilisez un appareil qui a déjà servi à vous connecter, ou choisissez un nouveau mot de passe ci-dessous.",
  },
  activation: {
    title: 'Activer mon compte',
    heading: 'Activer mon compte',
    step: (step: number) => `Étape ${step} sur 2`,
    intro: "Votre établissement vous a remis un code d'activation. Il ne sert qu'une fois, et pour vous seulement.",
    code: "Code d'activation",
    codeHint: "Recopiez-le tel qu'il est écrit.",
    check: 'Date de naissance ou nom de famille',
    checkHint: "Les vôtres, selon ce qu'indique le document reçu avec le code. Par exemple 14/03/2012, ou Martin.",
    next: 'Continuer',
    noCode: "Je n'ai pas de code",
    noCodeAnswer:
      "Demandez-le au secrétariat de votre établissement, ou à la direction de l'école. Personne d'autre ne peut vous en donner un, et personne ne vous le demandera par téléphone.",
    refused: "Ce code n'a pas été accepté",
    chooseHeading: 'Choisir mon mot de passe',
    identifier: 'Identifiant',
    identifierHint: "C'est lui que vous écrirez pour vous connecter. Vous pouvez le changer maintenant.",
    password: 'Mot de passe',
    passwordRules: (minimum: number): readonly string[] => [
      `Au moins ${minimum} caractères.`,
      'Pas de chiffre ni de signe obligatoire : plusieurs mots à la suite conviennent bien.',
      'Ni votre nom, ni celui de votre établissement, ni un mot de passe connu.',
    ],
    passwordPaste:
      "Vous pouvez le coller depuis un gestionnaire de mots de passe. Il ne vous sera jamais demandé d'en changer sans raison.",
    submit: 'Activer mon compte',
    notAccepted: 'Il reste une chose à revoir',
    doneHeading: 'Votre compte est prêt',
    done: 'Votre identifiant est',
    doneNext: 'Gardez votre mot de passe pour vous. Vous pouvez maintenant vous connecter.',
    doneContinue: 'Me connecter',
    doneHome: 'Ouvrez le service que votre établissement vous a indiqué : il vous amènera à la page de connexion.',
  },
  notice: {
    title: 'Ce que reçoit ce service',
    heading: (module: string) => `Ce que « ${module} » va recevoir`,
    intro: "Vous ne verrez cette page qu'une fois, sauf si la liste change.",
    signedInAs: (name: string) => `Session ouverte au nom de ${name}.`,
    notMe: "Ce n'est pas moi",
    why: 'Pour quoi faire',
    who: 'Qui en répond',
    schools: 'Pour quels établissements',
    allSchools: 'Tous ceux où vous avez un rôle.',
    someSchools: (schools: readonly string[]) => `Seulement : ${schools.join(', ')}.`,
    basis:
      "Ces informations servent une mission de service public : votre accord n'est pas demandé, mais vous pouvez vous y opposer auprès de votre établissement.",
    identifier: 'un identifiant propre à ce service, qui ne dit rien de vous',
    accept: 'Continuer',
    refuse: 'Ne pas ouvrir ce service',
    whole: 'Toute la notice, dans les mots de votre âge',
  },
  error: {
    title: "Cela n'a pas marché",
    next: 'Que faire',
    code: 'Code',
    reference: 'Référence',
    referenceHint: 'Donnez cette référence à la personne qui vous aide.',
    home: "Revenir à l'accueil",
    closed: "Votre session n'est pas ouverte",
    closedNext:
      "Une fois votre session ouverte, revenez ici : rouvrez cette page, ou l'adresse du message que vous avez reçu.",
    again: 'Rouvrir cette page',
    unexpected: "Quelque chose s'est mal passé de notre côté. Ce n'est pas de votre faute.",
    unexpectedNext:
      'Réessayez dans un moment. Si cela recommence, donnez la référence ci-dessous à votre établissement.',
    fromModule:
      "Le service que vous vouliez ouvrir a fait une demande que Préau ne peut pas accepter. Rien n'a été transmis.",
    fromModuleNext:
      'Revenez au service et recommencez. Si cela se reproduit, montrez cette page à votre établissement : le défaut vient du service, pas de vous.',
    denied: 'La connexion a été arrêtée.',
    expired: "Cette étape n'est plus valable : elle a expiré, ou elle est déjà terminée.",
    expiredNext: 'Revenez au service que vous vouliez ouvrir et recommencez.',
  },
  notFound: {
    title: 'Page introuvable',
    heading: "Il n'y a rien à cette adresse",
  },
  signOut: {
    title: 'Se déconnecter',
    heading: 'Se déconnecter ?',
    intro: 'Votre session se fermera dans Préau et dans les services ouverts avec lui dans ce navigateur.',
    from: (module: string) => `« ${module} » demande à vous déconnecter.`,
    submit: 'Me déconnecter',
    stayHint: 'Pour la garder ouverte, quittez simplement cette page.',
  },
  switchPerson: {
    title: 'Changer de personne',
    heading: "La session de quelqu'un d'autre est ouverte",
    intro:
      "Dans ce navigateur, une autre personne est encore connectée. Sa session va être fermée, dans Préau et dans les services ouverts avec lui, puis la vôtre s'ouvrira.",
    submit: 'Fermer sa session et continuer',
    stayHint: 'Pour la lui laisser, quittez simplement cette page : rien ne changera.',
  },
  signedOut: {
    title: 'À bientôt',
    heading: 'Votre session est fermée',
    intro: 'Vous avez bien quitté Préau et les services ouverts avec lui dans ce navigateur.',
    shared: 'Sur un ordinateur partagé, pensez à fermer aussi toutes les fenêtres.',
    home: "Revenir à l'accueil",
  },
  home: {
    title: 'Accueil',
    heading: "Un seul compte pour toute l'école",
    intro:
      'Préau vous ouvre les services de vos établissements, de la maternelle à la terminale : un identifiant, un mot de passe, et chacun ne voit que ce qui le concerne.',
    how: 'Comment me connecter',
    howAnswer:
      'Ouvrez le service que vous voulez utiliser, par exemple le cahier de textes. Il vous amène ici, puis vous y retournez.',
    first: "C'est ma première fois",
    firstAnswer: 'Votre établissement vous a remis un code. Avec lui, choisissez votre mot de passe.',
    activate: 'Activer mon compte',
    children: "J'ai plusieurs enfants",
    childrenAnswer: "Un seul compte suffit, même s'ils sont dans des établissements différents.",
    services: 'Vos services',
    servicesAt: (schools: readonly string[]) => `Établissements : ${schools.join(', ')}.`,
    parts: { daily: 'Dans Préau', school: "Pour l'établissement", oneself: 'Pour vous' },
    ways: {
      ownLogbooks: { title: 'Mes cahiers', answer: () => 'Qui peut les lire, et les ouvrir à un collègue.' },
      resources: {
        title: 'Mes ressources numériques',
        answer: (count) => {
          if (count === 0) return "Aucune n'est ouverte pour l'instant : voici pourquoi.";
          return count === 1 ? 'Une ressource à ouvrir.' : `${count} ressources à ouvrir.`;
        },
      },
      otherLogbooks: { title: 'Les cahiers de textes', answer: () => 'Qui peut les lire, et demander à en lire un.' },
      validations: {
        title: 'À valider',
        answer: (count) => {
          if (count === 0) return "Rien n'attend votre décision.";
          return count === 1 ? 'Une décision vous attend.' : `${count} décisions vous attendent.`;
        },
      },
      licences: {
        title: 'Licences des ressources',
        answer: (count) => {
          if (count === 0) return 'Les donner, les reprendre, et voir ce qui reste.';
          return count === 1
            ? 'Une désignation attend votre réponse.'
            : `${count} désignations attendent votre réponse.`;
        },
      },
      assigners: { title: 'Qui donne les licences', answer: () => 'Désigner quelqu’un, qui accepte ou refuse.' },
      letters: { title: 'Lettres et cartes', answer: () => 'Délivrer des codes, et les imprimer.' },
      lostFactors: {
        title: 'Second moyen perdu',
        answer: (count) => {
          if (count === 0) return "Aider une personne qui n'a plus son second moyen de connexion.";
          return count === 1
            ? 'Un code attend une contre-signature.'
            : `${count} codes attendent une contre-signature.`;
        },
      },
      factorCode: {
        title: 'Un code contre la perte',
        answer: () =>
          "Un code qui retirerait vos seconds moyens de connexion est en cours. Si vous n'avez rien perdu, arrêtez-le.",
      },
      incidents: {
        title: "Dossiers d'incident",
        answer: (count) => {
          if (count === 0) return 'La seule voie vers le journal de quelqu’un : motif, dates, deux signatures.';
          return count === 1 ? 'Un dossier attend votre signature.' : `${count} dossiers attendent votre signature.`;
        },
      },
      circles: {
        title: 'Cercles',
        answer: (count) => {
          if (count === 0) return 'Des groupes où l’on n’entre que de soi-même.';
          return count === 1 ? 'Une invitation attend votre réponse.' : `${count} invitations attendent votre réponse.`;
        },
      },
      family: { title: 'Mes enfants', answer: () => 'Leur établissement, les services ouverts, et ajouter un enfant.' },
      disputes: {
        title: 'Responsables légaux',
        answer: (count) => {
          if (count === 0) return "Aucun signalement n'attend votre réponse.";
          return count === 1
            ? 'Un signalement attend votre réponse.'
            : `${count} signalements attendent votre réponse.`;
        },
      },
      informing: {
        title: 'Informer les personnes',
        answer: (count) =>
          count > 0
            ? "La réunion du conseil de cette année n'est pas enregistrée."
            : 'La notice, la réunion du conseil, les lettres à remettre.',
      },
      opening: {
        title: "L'ouverture de l'espace numérique",
        answer: (count) =>
          count === 1 ? 'Il manque une pièce pour ouvrir.' : `Il manque ${count} pièces pour ouvrir.`,
      },
      requests: {
        title: 'Demandes des personnes',
        answer: (count) => (count === 0 ? "Aucune demande n'attend." : `À traiter : ${count}.`),
      },
      requestRegister: {
        title: 'Registres',
        answer: () => 'Les demandes et les traitements, pour la protection des données.',
      },
      myRequests: {
        title: 'Mes demandes',
        answer: () => 'Copie, correction, effacement, opposition : où elles en sont.',
      },
      workstations: {
        title: 'Postes partagés',
        answer: () => 'Les navigateurs que plusieurs personnes utilisent à tour de rôle.',
      },
      nationalGar: {
        title: 'Export vers le GAR national',
        answer: () => 'Ce qui part la nuit, et ce qui retient l’établissement.',
      },
      certificates: {
        title: 'Certificats',
        answer: () => 'Ceux du service et des services reliés, et lesquels finissent bientôt.',
      },
      statistics: { title: "Statistiques d'usage", answer: () => 'Des compteurs par mois, et personne dedans.' },
      publishers: {
        title: 'Les éditeurs de ressources',
        answer: () => 'Ce que chacun a déclaré, ce qui a été validé, ce qui est parti.',
      },
      pupilsReset: {
        title: 'Réinitialiser les élèves',
        answer: () => 'Si leurs mots de passe ont été volés : tous annulés, toutes leurs sessions fermées.',
      },
      account: { title: 'Mon compte', answer: () => 'Mot de passe, adresse électronique, fermeture.' },
      me: { title: 'Mes données', answer: () => 'Ce qui est conservé sur vous, vos sessions, vos connexions.' },
    } satisfies WayWords as WayWords,
    hello: (name: string) => `Bonjour ${name}`,
    signedIn: "Ouvrez le service que vous voulez : vous n'aurez plus à écrire votre mot de passe.",
    signedInFamily:
      "Les services de vos enfants sont à la page « Mes enfants » : vous n'aurez plus à écrire votre mot de passe.",
    signedInElsewhere:
      "Aucun service ne s'ouvre d'ici pour vous. Passez par l'adresse que votre établissement vous a donnée : vous n'aurez plus à écrire votre mot de passe.",
    since: (time: string) => `Session ouverte à ${time}`,
    shared: "Si d'autres personnes utilisent cet appareil, fermez votre session en partant.",
    signOut: 'Me déconnecter',
  },
  account,
  data,
  notices,
  circles,
  upstream,
  workstations,
  mediaCentre,
  nationalGar,
  certificates,
  statistics,
  family,
  openings,
  publishers,
  factors,
  register,
  requests,
  fileOpenings,
  privacy: {
    title: 'Vie privée et cookies',
    heading: 'Ce que Préau garde de vous',
    intro: "Préau ne connaît de vous que ce que l'Éducation nationale et votre établissement lui transmettent.",
    known: "Ce qu'il connaît",
    knownAnswer:
      "Votre nom, vos établissements, vos classes et vos groupes, vos enfants ou vos fonctions, et une date de naissance pour vérifier que c'est bien vous à l'activation. Votre mot de passe n'est gardé que sous une forme qui ne permet pas de le relire.",
    given: "Ce qu'il transmet",
    givenAnswer:
      "Chaque service ne reçoit que ce dont il a besoin, et vous le dit la première fois. L'identifiant qu'il reçoit n'est pas le même que celui que reçoivent les autres.",
    trace: "Ce qu'il note",
    traceAnswer: 'Les connexions et les changements de droits, pour la sécurité. Ces notes ne contiennent aucun nom.',
    cookies: 'Les cookies',
    cookiesAnswer:
      "Seulement ceux qui servent à vous connecter, à reconnaître un appareil que vous avez déjà utilisé et à retenir la langue. Aucune mesure d'audience, aucun service extérieur.",
    rights: 'Vos droits',
    rightsAnswer:
      "Pour consulter, corriger ou vous opposer, adressez-vous à votre établissement, qui en répond avec la collectivité et l'académie. Vous pouvez aussi saisir la CNIL.",
  },
};

/** Why what a rule allows is a no all the same, in an answer to a module. */
const denials = {
  motive_missing: "La direction ne lit l'archive de son établissement qu'avec un motif écrit, que le journal garde.",
  revision_unknown: "Ce qui vient d'être changé n'est pas encore connu ici. Reposez la question dans un instant.",
};

export const fr = typeset({ refusals, rules, forbids, denials, claims, attributes, subscriptions, pages });

export type Text = typeof fr;
