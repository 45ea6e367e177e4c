// "Why can't I?", in the words of the holder: what overrides, what has ended, what is missing. Nobody else is ever named.
import type { RuleName } from '../../src/rights/policy.ts';
import type { Closed, Condition, Lack } from '../../src/rights/why.ts';
import { typeset } from './typeset.ts';

export interface WhyText {
  readonly closed: Record<Closed, string>;
  readonly lacks: Record<Lack, string>;
  /** The last day of a right, by the rule that gave it. */
  readonly ended: Partial<Record<RuleName, (day: string) => string>>;
  /** What the school, or the resource, lacks. */
  readonly conditions: Record<
    Condition,
    { readonly ended: (day: string) => string; readonly notBegun: (day: string) => string; readonly missing: string }
  >;
  readonly endedOtherwise: (day: string) => string;
  readonly notBegun: (day: string) => string;
}

const fr: WhyText = {
  closed: {
    restricted:
      "Une restriction enregistrée ferme cet accès. La direction de l'établissement peut vous dire laquelle, et comment la contester.",
    declined: "Vous avez choisi de ne pas être connu de l'éditeur de cette ressource.",
  },
  lacks: {
    absence_not_yours:
      "Une absence n'est vue que par la personne absente, celle qui la remplace, le secrétariat et la direction.",
    child_not_enrolled:
      "Aucun enfant dont vous êtes responsable légal n'est inscrit dans cette classe ou dans ce groupe.",
    function_opens_nothing: "Votre fonction dans cet établissement n'ouvre pas ceci.",
    no_decision: "Aucune décision enregistrée ne donne ceci à la direction de l'école.",
    no_delegation: "Aucune délégation de signature à votre nom, et en cours, n'est enregistrée pour cet acte.",
    no_grant: 'Aucune autorisation en cours ne vous ouvre ce cahier. Vous pouvez la demander.',
    no_inspection: "Aucune demande d'inspection approuvée et en cours ne vous ouvre ce cahier.",
    no_licence: 'Votre établissement ne vous a pas affecté de licence pour cette ressource.',
    no_office:
      "Cet acte revient à la direction de l'établissement, à son secrétariat et aux personnes nommées pour cela.",
    no_role_here: "Vous n'avez aujourd'hui aucun rôle dans cet établissement.",
    none: "Aucune règle n'ouvre ceci pour cette action.",
    not_for_families:
      "Une ressource s'ouvre par l'élève ou le personnel à qui elle est destinée : un parent n'en ouvre aucune, et aucun éditeur ne reçoit rien sur lui.",
    not_archived: "L'année de ce cahier n'est pas terminée : il n'est pas encore dans l'archive.",
    not_assigner: "Affecter des licences revient à la direction, et à la personne qu'elle a désignée et qui a accepté.",
    not_author: "L'archive d'un cahier s'ouvre à la personne qui l'a tenu et, avec un motif, à la direction.",
    not_dpo: 'Cet acte revient à la personne déléguée à la protection des données.',
    not_enrolled: "Vous n'êtes pas inscrit dans cette classe ni dans ce groupe.",
    not_head: "Cet acte revient à la direction de l'établissement.",
    not_in_charge: 'Vous ne suivez pas cette classe.',
    not_in_team: "Vous n'enseignez pas dans cette classe ni dans un groupe d'élèves de cette classe.",
    not_kept: "Ce cahier n'est plus conservé : il a quitté l'archive de l'établissement.",
    not_opened: 'La direction ne vous a pas ouvert les cahiers de cette classe.',
    not_owner: 'Seule la personne qui tient ce cahier peut le faire.',
    not_owner_nor_head: 'Seules la personne qui tient ce cahier et la direction voient qui peut le lire.',
    not_party: 'Seuls la personne qui tient ce cahier, celle à qui il est ouvert et la direction peuvent y mettre fin.',
    not_staff: "Seul le personnel enseignant, de documentation ou de vie scolaire de l'établissement peut le demander.",
    year_over: "L'année de ce cahier est terminée : il ne se lit plus que dans l'archive.",
  },
  ended: {
    owner: (day) => `Vous ne tenez plus ce cahier : votre dernier jour était le ${day}.`,
    substitute: (day) => `Votre remplacement a pris fin le ${day}.`,
    team: (day) => `Vous n'enseignez plus à cette classe : votre dernier jour était le ${day}.`,
    colleague: (day) => `Votre autorisation a pris fin le ${day}.`,
    inspector: (day) => `Votre autorisation d'inspection a pris fin le ${day}.`,
    head: (day) => `Vous ne dirigez plus cet établissement : votre dernier jour était le ${day}.`,
    deputy: (day) => `Vous n'êtes plus à la direction de cet établissement : votre dernier jour était le ${day}.`,
    direction: (day) => `La décision ou la fonction qui vous donnait ce droit a pris fin le ${day}.`,
    delegate: (day) => `Votre délégation de signature a pris fin le ${day}.`,
    school_life: (day) => `L'ouverture décidée par la direction a pris fin le ${day}.`,
    pupil: (day) => `Votre inscription dans cette classe ou ce groupe a pris fin le ${day}.`,
    guardian: (day) => `Ce qui vous liait à cette classe ou à ce groupe, par votre enfant, a pris fin le ${day}.`,
    administrator: (day) => `Votre nomination a pris fin le ${day}.`,
    dpo: (day) => `Votre désignation a pris fin le ${day}.`,
    author: (day) => `Ce cahier n'est plus conservé : son dernier jour dans l'archive était le ${day}.`,
    assigned: (day) => `Votre licence a pris fin le ${day}.`,
    site: (day) => `Votre accès par l'établissement a pris fin le ${day}.`,
    assigner: (day) => `Votre désignation a pris fin le ${day}.`,
    inquiry: (day) => `Votre autorisation de consultation a pris fin le ${day}.`,
  },
  conditions: {
    subscribed: {
      ended: (day) => `L'ouverture de cette ressource dans votre établissement a pris fin le ${day}.`,
      notBegun: (day) => `L'ouverture de cette ressource dans votre établissement ne commence que le ${day}.`,
      missing:
        "Cette ressource n'est pas ouverte dans votre établissement : ni par un abonnement en cours, ni comme ressource gratuite.",
    },
    agreed: {
      ended: (day) =>
        `La convention qui permet d'ouvrir des ressources dans votre établissement a pris fin le ${day}. La direction peut vous dire si elle sera renouvelée.`,
      notBegun: (day) =>
        `La convention qui permet d'ouvrir des ressources dans votre établissement ne prend effet que le ${day}.`,
      missing:
        "Aucune convention en cours ne permet d'ouvrir des ressources dans votre établissement. Sa direction peut vous en dire plus.",
    },
    cleared: {
      ended: (day) => `Cette ressource est fermée : sa validation a pris fin le ${day}.`,
      notBegun: (day) => `Cette ressource n'est validée qu'à partir du ${day}.`,
      missing: "Cette ressource n'est pas validée.",
    },
  },
  endedOtherwise: (day) => `Ce droit a pris fin le ${day}.`,
  notBegun: (day) => `Ce droit ne commence que le ${day}.`,
};

const en: WhyText = {
  closed: {
    restricted: 'A recorded restriction closes this. The head of the school can tell you which, and how to contest it.',
    declined: 'You have chosen not to be known to the publisher of this resource.',
  },
  lacks: {
    absence_not_yours: 'An absence is seen only by the absent person, whoever replaces them, the office and the head.',
    child_not_enrolled: 'No child whom you legally represent is enrolled in this class or group.',
    function_opens_nothing: 'Your function in this school does not open this.',
    no_decision: 'No decision on record gives this to the director of the school.',
    no_delegation: 'No delegation of signature, in your name and still current, is on record for this act.',
    no_grant: 'No current authorisation opens this logbook to you. You can ask for one.',
    no_inspection: 'No approved and current inspection request opens this logbook to you.',
    no_licence: 'Your school has not given you a licence for this resource.',
    no_office: 'This is for those who run the school, its office, and those who are named for it.',
    no_role_here: 'You have no role in this school today.',
    none: 'No rule opens this for this action.',
    not_for_families:
      'A resource is opened by the pupil or the staff whom it is for: a parent opens none, and no publisher receives anything about a parent.',
    not_archived: 'The year of this logbook is not over: it is not in the archive yet.',
    not_assigner: 'Licences are given by those who run the school, and by whoever they named and who accepted.',
    not_author: 'The archive of a logbook opens to whoever kept it and, with a motive, to those who run the school.',
    not_dpo: 'This is for the data protection officer.',
    not_enrolled: 'You are enrolled neither in this class nor in this group.',
    not_head: 'This is for those who run the school.',
    not_in_charge: 'You do not follow this class.',
    not_in_team: 'You teach neither this class nor a group with pupils of this class.',
    not_kept: 'This logbook is no longer kept: it has left the archive of the school.',
    not_opened: 'The head has not opened the logbooks of this class to you.',
    not_owner: 'Only the person who keeps this logbook can do this.',
    not_owner_nor_head: 'Only the person who keeps this logbook, and those who run the school, see who may read it.',
    not_party: 'Only the person who keeps this logbook, the one it is open to and those who run the school can end it.',
    not_staff: 'Only teaching, library and school life staff of the school can ask.',
    year_over: 'The year of this logbook is over: it is read in the archive only.',
  },
  ended: {
    owner: (day) => `You no longer keep this logbook: your last day was ${day}.`,
    substitute: (day) => `Your replacement ended on ${day}.`,
    team: (day) => `You no longer teach this class: your last day was ${day}.`,
    colleague: (day) => `Your authorisation ended on ${day}.`,
    inspector: (day) => `Your authorisation to inspect ended on ${day}.`,
    head: (day) => `You no longer head this school: your last day was ${day}.`,
    deputy: (day) => `You no longer help to run this school: your last day was ${day}.`,
    direction: (day) => `The decision or the function that gave you this right ended on ${day}.`,
    delegate: (day) => `Your delegation of signature ended on ${day}.`,
    school_life: (day) => `The opening decided by the head ended on ${day}.`,
    pupil: (day) => `Your enrolment in this class or group ended on ${day}.`,
    guardian: (day) => `What tied you to this class or group, through your child, ended on ${day}.`,
    administrator: (day) => `Your appointment ended on ${day}.`,
    dpo: (day) => `Your designation ended on ${day}.`,
    author: (day) => `This logbook is no longer kept: its last day in the archive was ${day}.`,
    assigned: (day) => `Your licence ended on ${day}.`,
    site: (day) => `Your access through the school ended on ${day}.`,
    assigner: (day) => `Your designation ended on ${day}.`,
    inquiry: (day) => `Your authorisation to consult ended on ${day}.`,
  },
  conditions: {
    subscribed: {
      ended: (day) => `The opening of this resource in your school ended on ${day}.`,
      notBegun: (day) => `The opening of this resource in your school begins on ${day} only.`,
      missing: 'This resource is not open in your school: neither by a current subscription, nor as a free resource.',
    },
    agreed: {
      ended: (day) =>
        `The agreement under which your school opens resources ended on ${day}. The head can tell you whether it will be renewed.`,
      notBegun: (day) => `The agreement under which your school opens resources begins on ${day} only.`,
      missing: 'No current agreement lets your school open resources. The head can tell you more.',
    },
    cleared: {
      ended: (day) => `This resource is closed: its validation ended on ${day}.`,
      notBegun: (day) => `This resource is validated from ${day} only.`,
      missing: 'This resource is not validated.',
    },
  },
  endedOtherwise: (day) => `This right ended on ${day}.`,
  notBegun: (day) => `This right begins on ${day} only.`,
};

export const whyWords = typeset({ fr, en });
