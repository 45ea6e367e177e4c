#!/usr/bin/env node
// The command line: one line per command.
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { fr } from '../views/text/fr.ts';
import type { CommandContext } from './command.ts';
import { loadCommandConfig } from './config.ts';
import { Refusal } from './errors.ts';
import { migrate, openDatabase, requireCurrentSchema } from './storage/storage.ts';

interface Entry {
  /** What may follow the name, one line for each way to ask: every option that is read. A test compares them. */
  readonly usage: readonly string[];
  /** One line of French. */
  readonly summary: string;
  /** `schema`: the database, migrated; `database`: as it is; `nothing`: neither settings nor database. */
  readonly needs: 'schema' | 'database' | 'nothing';
  readonly run: (context: CommandContext) => Promise<void>;
}

/** Every command, in the order of `preau help`. */
export const commands: Readonly<Record<string, Entry>> = {
  serve: {
    usage: [],
    summary: 'démarre le service (production)',
    needs: 'nothing',
    run: async () => (await import('./app.ts')).serve(),
  },
  demo: {
    usage: [],
    summary: 'démarre la démonstration : un ENT inventé, sans rien laisser derrière elle',
    needs: 'nothing',
    run: async ({ print }) => (await import('./demo/demo.ts')).runDemo({ print }),
  },
  migrate: {
    usage: [],
    summary: 'met la base de données à la dernière version',
    needs: 'database',
    run: migrateCommand,
  },
  feed: {
    usage: ['CHEMIN [--dry-run] [--accept] [--same ID,ID] [--json]'],
    summary: 'lit un export AAF complet (dossier ou .tar.gz), premier ou second degré',
    needs: 'schema',
    run: async (context) => {
      const { followDelivery } = await import('./resources/delivered.ts');
      await (await import('./feed/commands.ts')).feedCommand(context, followDelivery);
    },
  },
  'sample-feed': {
    usage: ['DOSSIER [--schools N] [--seed N] [--academy CODE] [--date AAAAMMJJ]'],
    summary: 'écrit les exports AAF d’une académie inventée, toujours les mêmes pour une même graine',
    needs: 'nothing',
    run: async (context) => (await import('./feed/commands.ts')).sampleFeedCommand(context),
  },
  client: {
    usage: [
      'add ID --name NOM --purpose FINALITÉ --responsible QUI --redirect URI... --scope "openid roles..." ' +
        '--schools UAI,UAI|all [--post-logout URI]... [--backchannel-logout URI] [--auth MÉTHODE] [--grant TYPE]... ' +
        '[--jwks FICHIER | --jwks-uri URI] [--certificate PEM]... [--certificate-dn NOM | --certificate-dns HÔTE] ' +
        '[--signing ES256|RS256] [--subject pairwise|public] [--sector HÔTE] [--reasons none|user|admin] ' +
        '[--distributor SIREN_ISNI] [--ent IDENT] [--resource ARK]... [--attributes claims|cas]',
      'list',
      'show ID',
      'remove ID',
      'key add ID --name USAGE [--scope rights] [--days N]',
      'key list ID',
      'key remove ID CLÉ',
      'certificate add ID PEM',
      'certificate list ID',
      'certificate remove ID EMPREINTE',
    ],
    summary:
      'inscrit, montre et retire les modules (clients OpenID Connect), les clés et les certificats de leurs machines',
    needs: 'schema',
    run: async (context) => (await import('./oidc/commands.ts')).clientCommand(context),
  },
  certificates: {
    usage: ['[--json]'],
    summary: 'montre les certificats du service, de ses autorités et des modules, et lesquels sont à renouveler',
    needs: 'schema',
    run: async (context) =>
      (await import('./oidc/certificate-commands.ts')).certificatesCommand(
        context,
        await (await import('./upstream/providers.ts')).certificatesLent(context.db),
      ),
  },
  upstream: {
    usage: ['add FICHE.json', 'list', 'end ID'],
    summary: 'inscrit, montre et retire les fournisseurs d’identité par lesquels on peut se connecter (ÉduConnect…)',
    needs: 'schema',
    run: async (context) => (await import('./upstream/commands.ts')).upstreamCommand(context),
  },
  keys: {
    usage: ['list', 'rotate [--now | --compromised]'],
    summary: 'montre ou renouvelle les clés de signature, sans redémarrage',
    needs: 'schema',
    run: async (context) => (await import('./oidc/commands.ts')).keysCommand(context),
  },
  activation: {
    usage: ['issue --person ID'],
    summary: 'délivre le code d’activation d’une personne',
    needs: 'schema',
    run: async (context) => (await import('./accounts/commands.ts')).activationCommand(context),
  },
  'reset-pupils': {
    usage: ['UAI …', '--academy CODE'],
    summary: 'annule tous les mots de passe des élèves et ferme leurs sessions ; chacun aura besoin d’un nouveau code',
    needs: 'schema',
    run: async (context) => (await import('./oidc/reset-pupils.ts')).resetPupilsCommand(context),
  },
  account: {
    usage: ['show PERSONNE', 'suspend|reopen|close PERSONNE --reason TEXTE'],
    summary: 'montre l’état d’un compte et ce qui lui est arrivé ; le suspend, le rouvre ou le ferme',
    needs: 'schema',
    run: async (context) => (await import('./oidc/account-command.ts')).accountCommand(context),
  },
  factor: {
    usage: ['show|code|sign --person ID'],
    summary:
      'montre les seconds moyens de connexion d’une personne, délivre ou contresigne le code qui les retire s’ils sont perdus',
    needs: 'schema',
    run: async (context) => (await import('./accounts/factors/commands.ts')).factorCommand(context),
  },
  reset: {
    usage: ['issue --person ID'],
    summary: 'délivre un code pour choisir un nouveau mot de passe',
    needs: 'schema',
    run: async (context) => (await import('./accounts/commands.ts')).resetCommand(context),
  },
  letters: {
    usage: [
      'UAI [--class CODE] [--pupils | --families | --staff | --person ID] [--reset | --cards] [--mail] [--again] --out PDF',
    ],
    summary:
      'délivre les codes d’un établissement et les imprime : une lettre par personne, ou les cartes d’une classe',
    needs: 'schema',
    run: async (context) => (await import('./letters/commands.ts')).lettersCommand(context),
  },
  assign: {
    usage: ['UAI ENSEIGNANT CLASSE [--subject CODE] [--by QUI] [--end]'],
    summary: 'premier degré : confie une classe à un enseignant, ou la lui retire',
    needs: 'schema',
    run: async (context) => (await import('./directory/commands.ts')).assignCommand(context),
  },
  direction: {
    usage: ['UAI PERSONNE --decision TEXTE [--until JOUR] [--end]'],
    summary: 'premier degré : enregistre la décision qui ouvre tous les cahiers de l’école à sa direction',
    needs: 'schema',
    run: async (context) => (await import('./directory/commands.ts')).directionCommand(context),
  },
  restrict: {
    usage: [
      'UAI PERSONNE ENFANT|--logbook CAHIER --decision REFERENCE [--from JOUR] [--until JOUR] [--by CHEF] [--end]',
    ],
    summary: 'ferme à une personne tout ce qui concerne un enfant (ou un cahier : --logbook), partout et aussitôt',
    needs: 'schema',
    run: async (context) => (await import('./acts/restriction-commands.ts')).restrictCommand(context),
  },
  admit: {
    usage: ['UAI PARENT ENFANT --decision REFERENCE [--from JOUR] [--until JOUR] [--by CHEF] [--end]'],
    summary: 'laisse lire un parent sans autorité parentale, par décision de la direction sur un jugement',
    needs: 'schema',
    run: async (context) => (await import('./acts/restriction-commands.ts')).admitCommand(context),
  },
  object: {
    usage: ['ELEVE RESPONSABLE --letter REFERENCE [--withdraw]'],
    summary: 'enregistre l’opposition écrite d’un élève majeur à la lecture par un parent',
    needs: 'schema',
    run: async (context) => (await import('./acts/restriction-commands.ts')).objectCommand(context),
  },
  emancipate: {
    usage: ['UAI ELEVE --decision REFERENCE [--by CHEF] [--end]'],
    summary: 'enregistre qu’un élève est émancipé',
    needs: 'schema',
    run: async (context) => (await import('./acts/restriction-commands.ts')).emancipateCommand(context),
  },
  join: {
    usage: ['PERSONNE FICHE --request REFERENCE'],
    summary: 'réunit au compte d’un parent une autre de ses fiches, sur sa demande écrite et prouvée',
    needs: 'schema',
    run: async (context) => (await import('./families/commands.ts')).joinCommand(context),
  },
  separate: {
    usage: ['REUNION --request REFERENCE'],
    summary: 'sépare deux fiches réunies, en entier, sur demande',
    needs: 'schema',
    run: async (context) => (await import('./families/commands.ts')).separateCommand(context),
  },
  family: {
    usage: ['PERSONNE'],
    summary: 'montre les enfants d’un parent et les fiches réunies à la sienne',
    needs: 'schema',
    run: async (context) => (await import('./families/commands.ts')).familyCommand(context),
  },
  dispute: {
    usage: ['list UAI', 'uphold|withdraw SIGNALEMENT --decision REFERENCE'],
    summary: 'montre qui dit ne pas être responsable légal d’un élève, et enregistre ce que l’établissement décide',
    needs: 'schema',
    run: async (context) => (await import('./families/commands.ts')).disputeCommand(context),
  },
  inspector: {
    usage: ['PERSONNE --schools UAI,UAI [--specialty CODE] [--from JOUR] [--until JOUR] [--end]'],
    summary: 'enregistre les établissements où une inspectrice ou un inspecteur peut faire une demande',
    needs: 'schema',
    run: async (context) => (await import('./acts/inspection-commands.ts')).inspectorCommand(context),
  },
  authority: {
    usage: ['UAI PERSONNE --decision REFERENCE [--from JOUR] [--until JOUR] [--end]'],
    summary: 'premier degré : enregistre qui approuve les inspections',
    needs: 'schema',
    run: async (context) => (await import('./acts/inspection-commands.ts')).authorityCommand(context),
  },
  inspection: {
    usage: [
      'ask UAI INSPECTEUR --motive TEXTE [--teacher PERSONNE]... [--archives PERSONNE]... [--class CODE]... ' +
        '[--group CODE]... [--from JOUR] [--until JOUR]',
      'approve ID --by QUI',
      'refuse ID --by QUI --reason TEXTE',
      'end ID [--by QUI] [--reason TEXTE]',
      'list UAI',
    ],
    summary: 'enregistre une demande d’inspection, sa réponse et sa fin, et les montre',
    needs: 'schema',
    run: async (context) => (await import('./acts/inspection-commands.ts')).inspectionCommand(context),
  },
  replace: {
    usage: ['UAI REMPLACANT REMPLACE [--logbook CAHIER]... [--from JOUR] [--until JOUR] [--by CHEF] [--end]'],
    summary: 'confie les cahiers d’un enseignant à qui le remplace, ou y met fin',
    needs: 'schema',
    run: async (context) => (await import('./acts/replacement-commands.ts')).replaceCommand(context),
  },
  workstation: {
    usage: ['UAI --where TEXTE [--until JOUR] [--end]'],
    summary: 'enregistre le poste où les familles sans équipement lisent le cahier de textes',
    needs: 'schema',
    run: async (context) => (await import('./directory/commands.ts')).workstationCommand(context),
  },
  resource: {
    usage: [
      'add FICHIER.json',
      'validate ARK --attributes "IDO UAI PRO" [--url ADRESSE] [--schools click|all]',
      'suspend ARK',
      'withdraw ARK',
      'show ARK',
      'list [--publisher SIREN_ISNI]',
    ],
    summary: 'enregistre les ressources des éditeurs, et ce qui est validé de ce qu’ils demandent à recevoir',
    needs: 'schema',
    run: async (context) => (await import('./resources/registry-commands.ts')).resourceCommand(context),
  },
  pseudonyms: {
    usage: ['carry FICHIER.csv'],
    summary: 'reprend les identifiants sous lesquels des éditeurs connaissent déjà des personnes, venus d’un autre ENT',
    needs: 'schema',
    run: async (context) => (await import('./oidc/pseudonym-command.ts')).pseudonymsCommand(context),
  },
  agreement: {
    usage: [
      'import FICHIER.csv',
      'sign DOSSIER --document SHA256 [--from JOUR] [--until JOUR]',
      'end DOSSIER',
      'list [--school UAI]',
    ],
    summary: 'enregistre les conventions sans lesquelles un établissement n’échange rien avec le GAR',
    needs: 'schema',
    run: async (context) => (await import('./resources/commands.ts')).agreementCommand(context),
  },
  'gar-export': {
    usage: [
      'add UAI,UAI',
      'remove UAI,UAI',
      'list',
      'check UAI [--profile FONCTION=PROFIL]... [--json]',
      'write DOSSIER [--degree 1|2] [--profile FONCTION=PROFIL]... [--keep JOURS] [--json]',
    ],
    summary: 'écrit les fichiers de la nuit pour le GAR national, ou dit ce qui retient un établissement',
    needs: 'schema',
    run: async (context) => (await import('./export/commands.ts')).garExportCommand(context),
  },
  absence: {
    usage: [
      'declare UAI PERSONNE --from JOUR --until JOUR [--slot class/6A/MATHS/2026-11-23/08:00-09:00]... --by QUI',
      'correct ID [--from JOUR] [--until JOUR] [--slot COURS]... --by QUI',
      'cover ID NUMÉRO REMPLACANT|- --by QUI',
      'move ID NUMÉRO 2026-11-24/10:00-11:00 --by QUI',
      'end ID --by QUI',
      'list UAI --for PERSONNE',
      'today UAI --for PERSONNE',
    ],
    summary: 'enregistre une absence du personnel, sans motif, et ce que deviennent les cours',
    needs: 'schema',
    run: async (context) => (await import('./acts/absence-commands.ts')).absenceCommand(context),
  },
  inquiry: {
    usage: [
      'ask UAI DEMANDEUR PERSONNE JOUR --motive TEXTE [--until JOUR]',
      'approve ID --by QUI',
      'refuse ID --by QUI --reason TEXTE',
      'end ID [--by QUI]',
    ],
    summary: 'enregistre la demande de la hiérarchie sur une absence nommée, sa réponse et sa fin',
    needs: 'schema',
    run: async (context) => (await import('./acts/absence-commands.ts')).inquiryCommand(context),
  },
  check: {
    usage: ['UAI [--json]'],
    summary:
      'répond aux six points demandés d’une installation, avec ce qui les montre ; échoue si l’un n’est pas tenu',
    needs: 'schema',
    run: async (context) => (await import('./check/commands.ts')).checkCommand(context),
  },
  'open-class': {
    usage: ['UAI PERSONNE CLASSE --by CHEF [--pupil ELEVE] [--group] [--from JOUR] [--until JOUR] [--end]'],
    summary: 'ouvre les cahiers d’une classe à une personne de la vie scolaire, par décision de la direction',
    needs: 'schema',
    run: async (context) => (await import('./acts/school-life-commands.ts')).openClassCommand(context),
  },
  follow: {
    usage: ['UAI PERSONNE CLASSE [--by CHEF] [--group] [--from JOUR] [--until JOUR] [--end]'],
    summary: 'enregistre qui suit une classe à la vie scolaire',
    needs: 'schema',
    run: async (context) => (await import('./acts/school-life-commands.ts')).followCommand(context),
  },
  secretary: {
    usage: ['UAI PERSONNE --by CHEF [--absences REFERENCE] [--from JOUR] [--until JOUR] [--end]'],
    summary: 'nomme le secrétariat, et lui délègue l’enregistrement des absences',
    needs: 'schema',
    run: async (context) => (await import('./acts/school-life-commands.ts')).secretaryCommand(context),
  },
  administrator: {
    usage: ['UAI PERSONNE --decision REFERENCE [--from JOUR] [--until JOUR] [--end]'],
    summary: 'nomme qui délivre les codes et lance les réinitialisations, à côté de la direction',
    needs: 'schema',
    run: async (context) => (await import('./acts/appointment-commands.ts')).administratorCommand(context),
  },
  dpo: {
    usage: ['UAI PERSONNE --decision REFERENCE [--from JOUR] [--until JOUR] [--end]'],
    summary: 'enregistre qui est délégué à la protection des données d’un établissement',
    needs: 'schema',
    run: async (context) => (await import('./acts/appointment-commands.ts')).dpoCommand(context),
  },
  assigner: {
    usage: ['UAI PERSONNE [--by CHEF] [--until JOUR] [--end]'],
    summary: 'désigne qui donne les licences d’un établissement, une fois que la personne a accepté ; ou y met fin',
    needs: 'schema',
    run: async (context) => (await import('./acts/assigner-command.ts')).assignerCommand(context),
  },
  circle: {
    usage: ['list UAI', 'end ID --decision REFERENCE'],
    summary: 'compte les cercles d’un établissement, et met fin à un cercle par décision ; n’y inscrit jamais personne',
    needs: 'schema',
    run: async (context) => (await import('./circles/commands.ts')).circleCommand(context),
  },
  explain: {
    usage: [
      'PERSONNE ACTION CAHIER|absence:CLÉ|lesson:CLÉ|offer:CLÉ|school:UAI|resource:ARK [--school UAI] [--at INSTANT] [--why]',
    ],
    summary:
      'dit si une personne peut faire ceci, par quelle règle et sur quels faits, ou ce qui manque ; avec --why, ce que la personne en lit',
    needs: 'schema',
    run: async (context) => (await import('./rights/commands.ts')).explainCommand(context),
  },
  who: {
    usage: [
      'ACTION CAHIER|absence:CLÉ|lesson:CLÉ|offer:CLÉ|school:UAI|resource:ARK [--school UAI] [--at INSTANT | --from INSTANT --to INSTANT]',
    ],
    summary: 'dit qui peut, ou pouvait ce jour-là ou pendant ce temps, appliqué alors et connu aujourd’hui',
    needs: 'schema',
    run: async (context) => (await import('./rights/commands.ts')).whoCommand(context),
  },
  grant: {
    usage: [
      'ask CAHIER [--until JOUR] --by QUI',
      'offer CAHIER PERSONNE [--from JOUR] --until JOUR --by QUI',
      'validate ID --by CHEF',
      'refuse ID [--reason TEXTE] --by QUI',
      'end ID [--reason TEXTE] [--by QUI]',
      'list [--school UAI] [--logbook CAHIER] [--person PERSONNE]',
    ],
    summary: 'ouvre un cahier à un collègue : demande, offre, validation, refus, fin, liste',
    needs: 'schema',
    run: async (context) => (await import('./acts/grant-commands.ts')).grantCommand(context),
  },
  ticket: {
    usage: ['CAHIER PERSONNE --by QUI --reference TEXTE [--from JOUR] [--until JOUR] [--end]'],
    summary:
      'sur demande écrite, montre quelques jours à qui administre ou supervise qui peut lire un cahier, ou y met fin',
    needs: 'schema',
    run: async (context) => (await import('./acts/ticket-command.ts')).ticketCommand(context),
  },
  delegate: {
    usage: [
      'UAI ADJOINT visa|validate|revoke|absences|families|all --decision TEXTE [--from JOUR] [--until JOUR] [--by CHEF] [--end]',
      'list UAI',
    ],
    summary: 'enregistre une délégation de signature ou une suppléance, ou y met fin',
    needs: 'schema',
    run: async (context) => (await import('./acts/grant-commands.ts')).delegateCommand(context),
  },
  about: {
    usage: ['PERSONNE [--at INSTANT]'],
    summary: 'dit quelles catégories d’utilisateurs peuvent, ou pouvaient, voir des données sur une personne',
    needs: 'schema',
    run: async (context) => (await import('./rights/commands.ts')).aboutCommand(context),
  },
  held: {
    usage: ['PERSONNE [--json]'],
    summary: 'écrit ce qui est conservé sur une personne, pour qui le demande sur papier ; jamais ses connexions',
    needs: 'schema',
    run: async (context) =>
      (await import('./privacy/commands.ts')).heldCommand(context, (await import('./app/held.ts')).holders),
  },
  incident: {
    usage: [
      'ask UAI PERSONNE --by QUI --from JOUR --to JOUR --motive TEXTE',
      'sign ID --by QUI',
      'refuse ID --by QUI --reason TEXTE',
      'end ID --by QUI',
      'list UAI',
    ],
    summary: 'enregistre un dossier d’incident, sa contre-signature, son refus et sa fin ; ne montre aucun journal',
    needs: 'schema',
    run: async (context) => (await import('./privacy/commands.ts')).incidentCommand(context),
  },
  requests: {
    usage: [
      'list UAI',
      'file UAI --kind access|rectification|erasure|objection|exposure [--received JOUR] ' +
        '[--identity known|document|contact|awaited] [--person PERSONNE]... [--name NOM]... [--target CIBLE] ' +
        '[--wanted TEXTE] [--words TEXTE] [--mandate FICHIER --holder NOM --reference TEXTE] [--by QUI]',
      'mandate ID FICHIER --holder NOM --reference TEXTE [--to one|envelope] [--by QUI]',
      'accept ID --by QUI --reason TEXTE',
      'refuse ID --by QUI --ground MOTIF --reason TEXTE',
      'extend ID --by QUI --reason TEXTE',
      'attach ID PERSONNE [--by QUI]',
      'identity ID known|document|contact|awaited [--by QUI]',
      'withdraw ID [--by QUI]',
      'forwarded ID [--by QUI]',
      'sent ID [--by QUI]',
      'export UAI [--format csv|json] [--out FICHIER]',
    ],
    summary: 'enregistre les demandes reçues sur papier, leurs réponses une par une, et exporte leur registre',
    needs: 'schema',
    run: async (context) => {
      const { requestsCommand } = await import('./privacy/requests/commands.ts');
      const { requireServed } = await import('./portal/requests/modules.ts');
      return requestsCommand(context, requireServed);
    },
  },
  register: {
    usage: ['[FICHE] [--at JOUR] [--versions] [--json]'],
    summary: 'montre le registre des traitements, aujourd’hui ou un jour passé, et les versions d’une fiche',
    needs: 'schema',
    run: async (context) => (await import('./privacy/register/commands.ts')).registerCommand(context),
  },
  publishers: {
    usage: ['list [--school UAI]', 'show ÉDITEUR [--school UAI]', 'who ARK --school UAI [--on JOUR]'],
    summary:
      'dit ce que chaque éditeur a déclaré, ce qui a été validé et envoyé, et qui pouvait ouvrir quoi un jour donné',
    needs: 'schema',
    run: async (context) => (await import('./privacy/publishers/commands.ts')).publishersCommand(context),
  },
  report: {
    usage: ['logbook:CLÉ|absence:CLÉ|person:CLÉ [--at INSTANT] [--json]'],
    summary: 'dit d’un objet, un jour donné : la fiche du registre, la notice en vigueur et qui pouvait lire',
    needs: 'schema',
    run: async (context) => (await import('./privacy/register/commands.ts')).reportCommand(context),
  },
  'what-if': {
    usage: ['FICHIER.json [--school UAI] [--at INSTANT] [--json]'],
    summary:
      'essaie des faits ou des règles proposés sur les données d’aujourd’hui : qui gagne et qui perd, sans rien changer',
    needs: 'schema',
    run: async (context) => (await import('./rights/what-if-command.ts')).whatIfCommand(context),
  },
  audit: {
    usage: ['verify'],
    summary: 'vérifie le journal et le registre des décisions, et nomme la première ligne touchée',
    needs: 'schema',
    run: async (context) => (await import('./audit/commands.ts')).auditCommand(context),
  },
  decisions: {
    usage: ['purge'],
    summary: 'efface du registre des décisions les jours arrivés à leur terme',
    needs: 'schema',
    run: async (context) => (await import('./audit/commands.ts')).decisionsCommand(context),
  },
  'authzen-fixture': {
    usage: ['[--port N] [--address URL] [--open]'],
    summary: 'démarre le moteur seul, devant les scénarios publics d’essai d’AuthZEN',
    needs: 'nothing',
    run: async (context) => (await import('./api/fixture/fixture.ts')).fixtureCommand(context),
  },
  replay: {
    usage: ['DÉCISION'],
    summary: 'rejoue une décision du registre : ce qu’elle était, ce qu’elle donne, sur quels faits',
    needs: 'schema',
    run: async (context) => (await import('./rights/policy-commands.ts')).replayCommand(context),
  },
  policy: {
    usage: ['[VERSION] [--json | --diagram]'],
    summary: 'montre les règles en vigueur, leur version et depuis quand',
    needs: 'schema',
    run: async (context) => (await import('./rights/policy-commands.ts')).policyCommand(context),
  },
  notices: {
    usage: [
      'publish',
      'run',
      'show [UAI] [--at JOUR] [--level adult|teen|child] [--english]',
      'state UAI',
      'board UAI --day JOUR [--by QUI]',
      'opening UAI [--convention TEXTE] [--signed JOUR] [--informed JOUR] [--officer TEXTE] [--by QUI]',
      'own UAI --text FICHIER [--by QUI]',
      'charter UAI --text FICHIER [--voted JOUR] [--by QUI]',
      'letters UAI --group GROUPE --out FICHIER.pdf [--by QUI]',
      'handed UAI --group GROUPE [--by QUI]',
    ],
    summary: 'les notices d’information : textes en vigueur, personnes à informer, lettres, conseil, charte',
    needs: 'schema',
    run: async (context) => (await import('./portal/notices/commands.ts')).noticesCommand(context),
  },
  statistics: {
    usage: ['UAI [--from AAAA-MM] [--to AAAA-MM] [--json]'],
    summary: 'compte connexions, comptes actifs et ressources ouvertes par mois et par profil, sans personne dedans',
    needs: 'schema',
    run: async (context) => (await import('./portal/resources/commands.ts')).statisticsCommand(context),
  },
  help: {
    usage: [],
    summary: 'montre cette liste ; « preau COMMANDE --help » montre tous les actes et les options d’une commande',
    needs: 'nothing',
    run: helpCommand,
  },
};

/** Runs one command; returns the exit code. Refusals are told in one sentence, bugs are thrown. */
export async function run(argv: readonly string[], print: (line: string) => void = writeLine): Promise<number> {
  const [name = 'help', ...args] = argv;
  const entry = commands[name === '--help' || name === '-h' ? 'help' : name];
  try {
    if (!entry) throw new Refusal('bad_argument', `\`${name}\` is not a command: see \`preau help\``);
    if (args.includes('--help')) for (const line of helpOf(name, entry, args)) print(line);
    else await runEntry(entry, args, print);
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${fr.refusals[error.code]}\n  ${error.code}: ${error.message}\n`);
    if (error.code === 'bad_argument' && entry) process.stderr.write(`  preau ${name} --help\n`);
    return 1;
  }
}

async function runEntry(entry: Entry, args: readonly string[], print: (line: string) => void): Promise<void> {
  if (entry.needs === 'nothing') return entry.run({ args, print } as CommandContext);
  const config = loadCommandConfig();
  const db = openDatabase(config.database);
  try {
    if (entry.needs === 'schema') await requireCurrentSchema(db);
    await entry.run({ config, db, args, print });
  } finally {
    await db.destroy();
  }
}

async function migrateCommand({ db, print }: CommandContext): Promise<void> {
  const applied = await migrate(db);
  const { activatePolicy } = await import('./rights/versions.ts');
  await activatePolicy(db, { at: Date.now(), actor: 'system' });
  print(applied.length > 0 ? `Migrations appliquées : ${applied.join(', ')}` : 'La base est déjà à jour.');
}

async function helpCommand({ print }: CommandContext): Promise<void> {
  for (const [name, entry] of Object.entries(commands)) print(helpLine(name, entry));
}

/** One line of the list: the way to ask when there is one, the first words of each when there are several. */
function helpLine(name: string, { usage, summary }: Entry): string {
  const ways =
    usage.length > 1 ? `${[...new Set(usage.map((way) => way.split(' ')[0]))].join(' | ')} …` : usage.join('');
  return `${`preau ${name} ${ways}`.trim().padEnd(68)}  ${summary}`;
}

/** What a command does and every way to ask for it; of the act that is named, as in `preau keys rotate --help`, its own. */
function helpOf(name: string, { usage, summary }: Entry, args: readonly string[]): string[] {
  const words = args.filter((word) => !word.startsWith('-'));
  const ways = words.reduce((all, word, place) => {
    const those = all.filter((way) => way.split(' ')[place]?.split('|').includes(word));
    return those.length > 0 ? those : all;
  }, usage);
  return [`preau ${name} : ${summary}`, ...ways.map((way) => `  preau ${name} ${way}`)];
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Whoever reads what we print may stop (`| head`): what is under way is finished all the same. */
function goOnUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  process.stdout.on('error', goOnUnread);
  process.exitCode = await run(process.argv.slice(2));
}
