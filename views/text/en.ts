// The English words: the same object as the French one, entry for entry.

import { account } from './en/account.ts';
import { attributes } from './en/attributes.ts';
import { certificates } from './en/certificates.ts';
import { circles } from './en/circles.ts';
import { data } from './en/data.ts';
import { factors } from './en/factors.ts';
import { family } from './en/family.ts';
import { fileOpenings } from './en/file-openings.ts';
import { freeResources } from './en/free-resources.ts';
import { launching } from './en/launching.ts';
import { card, letters } from './en/letters.ts';
import { licences } from './en/licences.ts';
import { mediaCentre } from './en/media-centre.ts';
import { nationalGar } from './en/national-gar.ts';
import { notices } from './en/notices.ts';
import { openings } from './en/openings.ts';
import { publishers } from './en/publishers.ts';
import { register } from './en/register.ts';
import { requests } from './en/requests.ts';
import { statistics } from './en/statistics.ts';
import { subscriptions } from './en/subscriptions.ts';
import { upstream } from './en/upstream.ts';
import { workstations } from './en/workstations.ts';
import type { Text } from './fr.ts';
import { typeset } from './typeset.ts';

const refusals: Text['refusals'] = {
  bad_request: 'The request is incomplete or badly formed. Go back and try again.',
  bad_setting: 'A server setting is not valid.',
  bad_argument: 'The command was given a value it does not understand.',
  body_too_large: 'What was sent is too big. Send less at a time.',
  unsupported_media_type: 'The format that was sent is not accepted here.',
  not_signed_in: 'Please sign in first: open the service you want to use, and it will bring you to the sign-in page.',
  sign_in_failed:
    'This username and this password do not go together. Check your capital letters and try again. If you have not activated your account yet, do that first.',
  too_many_tries: 'There have been too many tries. Wait a few minutes, then try again.',
  token_missing: 'This address asks for an access token.',
  token_invalid: 'The access token is not valid, or no longer is.',
  credentials_invalid: 'The id and the secret of the module do not go together.',
  scope_missing: 'The access token does not cover this request.',
  form_expired: 'This page was open for too long, or was opened elsewhere. Go back to the service and start again.',
  wrong_host: 'Préau does not answer at this address. Use the one your school gave you.',
  not_found: 'This page does not exist, or no longer does. Check the address, or go back to the home page.',
  method_not_allowed: 'This address is not used this way. Go back to the home page.',
  unknown_person:
    'This person is not known here. Check their first and family names, written in full, or the number that names them.',
  unknown_school: 'This school is not known.',
  unknown_logbook: 'This logbook is not known, or no longer exists. Go back to the list of logbooks.',
  unknown_class: 'This class or group is not known.',
  unknown_client: 'This service is not registered with Préau.',
  school_not_served: 'This service is not open to this school.',
  not_allowed: 'You do not have this right. If you think this is a mistake, talk to your school.',
  grant_without_end: 'An opening always has an end. Choose until which day the logbook stays open.',
  grant_dates: 'These dates will not do. Choose a start that is not past, and an end that comes after it.',
  grant_too_long: 'An opening does not outlast the school year. Choose an earlier end.',
  grant_to_self: 'This person already keeps this logbook: they read it and write in it. Choose somebody else.',
  grant_not_staff:
    'A logbook is opened only to a named member of the staff of the school: teaching, library or school life. Check that the person still works there.',
  not_owner: 'Only the person who keeps this logbook can do this. Please ask them.',
  no_delegation: 'This needs a recorded delegation of signature, in your name and still current. Ask the head for it.',
  reason_missing: 'Say why, in a few words: the person who keeps the logbook will read them.',
  unknown_grant: 'This opening is not known.',
  grant_exists: 'An opening to this person is already asked for or under way for these dates. There is nothing to add.',
  grant_refused_before:
    'This opening was refused for these dates. Talk to the head, who can go back on it, or choose other dates.',
  grant_not_offered: 'The person who keeps this logbook has not agreed yet. That comes before the validation.',
  grant_own_validation: 'Nobody validates for themselves. Somebody else has to decide on this opening.',
  grant_owner_gone:
    'The person who offered this opening no longer keeps the logbook. Whoever keeps it now can offer it in turn.',
  grant_decided: 'This opening has already been validated. There is nothing more to do.',
  grant_closed: 'This opening is closed: it was refused, withdrawn, or has reached its end. It opens nothing.',
  delegation_refused:
    'This delegation is not valid: it is given to a deputy head of the school, for a known act, with the reference of the decision and dates within the school year.',
  not_head: 'Only the head of this school gives or takes back a delegation of signature.',
  unknown_delegation: 'This delegation does not exist, or has already ended.',
  dates_refused:
    'These dates will not do. The end comes after the beginning, and the limits are told near the date: what opens a right ends in the future, with the school year at the latest; what has happened is in the past.',
  decision_missing: 'Give the reference of the decision, without copying what it says.',
  not_pupil: 'This person is not a pupil of this school.',
  not_guardian: 'This person is not a legal representative of this pupil.',
  not_of_age: 'Only pupils who are of age or emancipated can object to this reading.',
  nothing_to_end: 'There is no such thing to end: it was not recorded, or it is over.',
  replaces_self: 'Nobody replaces themselves.',
  substitute_leads: 'Those who lead the school read logbooks and write in none. Name a teacher as the substitute.',
  not_kept: 'The person who is replaced does not keep this logbook in this school.',
  not_school_life: 'This person is neither school life staff nor the assistant of a named pupil.',
  not_staff: 'This person does not work in this school.',
  office_conflict:
    'Whoever runs or administers a school does not also watch over its data. Name somebody else, or end the other appointment first.',
  unknown_absence: 'This absence is not known, or is not your concern.',
  unknown_inquiry: 'This request is not known.',
  absence_exists: 'An absence is already recorded on these dates. Correct it instead.',
  absence_over: 'This absence is already over.',
  slot_refused: 'This lesson is not one that the person gives during this absence.',
  slot_covered: 'A solution is already recorded for this lesson.',
  motive_missing: 'Say why, in a few words.',
  unknown_subject: 'This subject is not known in this academy.',
  unknown_inspection: 'This request to inspect is not known.',
  place_missing: 'Say where this workstation is, and when it is open.',
  unknown_circle: 'This circle does not exist, exists no more, or you are not a member of it.',
  circle_incomplete: 'Give the circle a name and say what it is for, in a few words.',
  circle_school_missing: 'Choose at least one school where you may create a circle.',
  invitee_missing: 'Write the first name and the name of the person whom you invite.',
  invitation_closed:
    'This invitation waits for no answer any more, or cannot be accepted any more. There is nothing else to do.',
  too_many_invitations: 'You have sent many invitations since yesterday. Go on tomorrow.',
  unknown_request: 'This request is not known, or is not yours.',
  request_repeated: 'This was already asked for these dates, or was refused.',
  request_over: 'This request waits for no answer any more.',
  denial_unbound: 'This request does not go with the refusal it answers.',
  denial_expired: 'Too much time has passed since the refusal. Start again.',
  out_of_territory: 'This school is not in the territory of this inspection.',
  outside_specialty: 'The logbooks asked for are not of the subject that is inspected.',
  nothing_to_inspect: 'Name a teacher, a class or a group that has a logbook in the school.',
  inspection_exists: 'The same request already waits for an answer.',
  inspection_decided: 'This request has already been answered.',
  inspection_own: 'Nobody approves their own request.',
  inspection_over: 'This inspection is already over.',
  ticket_refused:
    'A ticket is given to who administers the ENT of the school, is its data protection officer, or answers for the academy.',
  unknown_incident: 'This incident file is not known, or does not concern you.',
  incident_own:
    'An incident file takes two persons other than the one it is about: one asks for it, the other countersigns.',
  incident_decided: 'This incident file has already been answered, or is closed.',
  incident_closed: 'This incident file opens nothing: it waits for its second signature, or it is closed.',
  person_ambiguous:
    'Several persons of the school have this name. Write the number of the person in Préau, which their page shows.',
  activation_invalid:
    'These details do not match any account to activate. Check the code (capital letters and hyphens do not matter) and the other detail. A code works only once and lasts three months: your school can give you a new one.',
  account_exists: 'This account is already active. Sign in with your username and your password.',
  factor_refused:
    'This proof was not accepted. A code works only once: wait for the next one, check that your phone shows the right time, then try again.',
  passkey_refused:
    'This passkey could not be added: you may have it already, or the device did not check that it was you. Start again.',
  factor_required: 'Your post asks for a second way of signing in. Add another one before you remove this one.',
  too_many_factors: 'You already have ten second ways of signing in. Remove one that you no longer use.',
  unknown_factor: 'This way of signing in is not, or no longer, one of yours.',
  second_agent_needed:
    'This takes somebody other than you. For one account, whoever asks for a code does not sign it, and whoever has the password changed does not remove the second ways of signing in. Turn to another authorised person of the school.',
  reset_by_link:
    'This person leads, administers or inspects, and has no second way of signing in yet: a code handed over at school would open everything. Let them ask for a link to their address, on “Forgotten password”, or turn to the operator of the server.',
  signer_factor_missing:
    'To sign, you need a second way of signing in. Add one from your page “My account”, then come back.',
  factor_ask_over:
    'This request no longer waits for a signature: it was signed, taken back, or is more than three days old. If a code is still needed, ask for it again.',
  identifier_taken: 'This username is already taken. Please choose another one.',
  identifier_invalid:
    'This username will not do. Use 3 to 64 characters: letters without accents, digits, full stops, hyphens.',
  password_too_weak:
    'This password is too easy to guess. Choose a longer one: four or five unrelated words do very well.',
  password_wrong:
    'This is not the password of your account. Check it; after several tries, wait a minute before trying again.',
  reset_invalid:
    'This link or code cannot change a password: it was used, it is no longer good, or the other information does not match. Check them, or ask for a new one.',
  account_not_active: 'This person has no open account: what they need is an activation code.',
  join_refused: "This is not enough to join two records. Check what you entered, or ask your child's school.",
  join_not_family:
    'Only the account of a parent, open and current, can be joined to another record. An account of staff or of a pupil cannot: who works in a school keeps two sign-ins, one for the work, the other for their children.',
  unknown_join: 'This joining of records is unknown, or it is not yours to undo.',
  unknown_dispute: 'This report is unknown, or it is not yours to settle.',
  dispute_settled: 'This report is already lifted.',
  not_confirmed: 'Tick the box to confirm, then try again.',
  account_move_refused: 'The state of this account does not allow this change.',
  email_invalid: 'This e-mail address is not complete. Write it like name@example.org.',
  email_code_invalid:
    'This is not the code of the last message, or it is more than an hour old. Check it, or ask for a new message.',
  request_open:
    'A request of the same kind is already open for this person. Follow it, or withdraw it before making another.',
  own_cause:
    'This decision touches you closely: it concerns yourself, your child, or somebody who bears your name. Somebody else must take it: a deputy to whom it is delegated, or the authority above the school.',
  request_own:
    'Nobody decides their own request, nor that of their child. Somebody else of the direction, or the academic authority, must answer.',
  request_words_missing:
    'The reasons are missing: write them, even in a few words. What belongs to the person’s own situation will be examined.',
  correction_missing: 'Say what is right, on one line: the correction cannot be empty.',
  mandate_incomplete:
    'The mandate is incomplete: give its reference, who holds it, and attach the document (PDF, JPEG or PNG).',
  mandate_unreadable:
    'This file is not a whole PDF, JPEG or PNG document. Scan the mandate again, or attach a photograph of it.',
  mandate_other:
    'This document is not the one of which the hash was noted with this request. Attach the one that came with the letter.',
  file_too_large: 'This file is over 5 MB. Scan the document less finely, or in black and white, and attach it again.',
  people_missing: 'Name 1 to 80 persons, one per line, each once.',
  reason_thin:
    'These reasons are too short. Each person is owed a reasoned answer about their own situation: write it in a few sentences.',
  reason_repeated:
    'These reasons have already been used word for word to refuse another request. A blanket refusal is not allowed: say what is particular to this person.',
  ground_missing: 'Choose the legal ground of the refusal.',
  request_unattached:
    'This letter is not attached to anybody of the directory yet. Attach it first, or answer that nothing is held.',
  identity_unchecked: 'The identity of the person has not been checked yet. Note how it was, then decide.',
  logbook_kept:
    'A logbook is never erased because whoever kept it asks: it is the official record of the class and a public archive (GDPR, article 17(3)(b) and (d); French heritage code, L212-2). The request can only be refused, saying why.',
  extension_late: 'The first month is over: the time can no longer be extended. Answer without delay.',
  extension_done: 'The time of this request has already been extended.',
  unknown_entry: 'The register holds no such processing on that date.',
  upstream_refused:
    'What the identity service answered could not be verified. Nothing was opened: go back to the service you wanted to use, and start again.',
  upstream_over:
    'This sign-in was used already, waited too long, or began elsewhere. Go back to the service you wanted to use, and start again.',
  upstream_invalid: 'The sheet of the identity provider is not right. Correct what is named, then try again.',
  upstream_exists:
    'An identity provider is recorded under this name already. End it first, or give this one another id.',
  unknown_upstream: 'This identity provider is not recorded. Sign in another way.',
  nothing_to_issue:
    'There is nobody to issue a code to in what you chose: everyone has an account or a code that is still good, or nobody there has this name. For a lost letter, tick the box that replaces codes that are still good too.',
  print_over: 'The time to print is over: the codes can no longer be read. Issue new ones.',
  not_first_degree: 'Class cards are for pupils of primary schools.',
  not_for_cards: 'A class card does not open this page.',
  client_exists: 'A service already has this name.',
  client_invalid: 'The record of this service is not valid.',
  scope_forbidden:
    'No service receives the absences of staff: they belong to the administration of the school, and the SDET does not justify spreading them.',
  key_refused: 'This machine key cannot be issued.',
  unknown_key: 'This module has no such key that is still good.',
  subscription_refused: 'This subscription is not in order: each rule that it breaks is named. Nothing was recorded.',
  subscription_exists: 'This subscription id is taken. To change a subscription, send it with POST.',
  unknown_subscription: 'This subscription is not known, or not one of yours.',
  distributor_other: 'A distributor writes its own subscriptions only: the distributor named is not you.',
  unknown_resource: 'This resource is not known. Check its identifier (ARK).',
  unknown_publisher: 'This publisher is not known. Go back to the list of publishers and choose one.',
  decline_other:
    'The pupil, or their legal representative, made this choice. Only who made it can take it back: talk about it together.',
  resource_refused:
    'This resource is not described as it should be: correct the field that is named. Nothing was kept.',
  resource_move_refused:
    'This resource cannot go to that state. A validated resource can be suspended; one that is withdrawn stays so: declare another.',
  resource_waits:
    'The publisher declared another address or more schools, which wait to be validated. Name what you validate: the new address or the one before (--url), all schools or that of the click (--schools). Nothing has changed.',
  free_refused:
    'Choose at least one audience, among those for whom this resource is free. If it is no longer in the list, it is not offered for free any more.',
  agreement_refused:
    'This agreement is not complete: it needs a collectivity and its SIREN, its academy, known schools, and an end after its start.',
  agreement_move_refused:
    'This agreement cannot come to that state. What was accepted is signed, what was signed is ended.',
  export_exists: 'An export of this very second is there, or being written. Start again in a moment.',
  export_held:
    'Some schools are held back: nothing of them is in the archive. Mend what is reported, then start again.',
  export_overtaken: 'An agreement ended during the export: nothing was written. Start it again.',
  export_other_ent: 'This school is exported under another id of an ENT already. Remove it from there first.',
  unknown_agreement: 'This agreement is not known. Check the number of the file.',
  licences_not_given:
    'This subscription is open to the whole school: there is no licence to give, everybody it is for can use it already.',
  licence_target_refused:
    'Nobody was found here under this name among those whom this subscription is for. Check the name and the class, and whom the subscription is for.',
  licences_missing:
    'There are not enough licences left for all whom you chose: nobody received one. Choose fewer, take some back elsewhere, or ask the distributor for more.',
  assigner_unfit:
    'Licences cannot be entrusted to this person. Choose somebody of the school: teaching, library, school life adviser, administration or deputy head.',
  assigner_exists:
    'This person is named already, or their answer is awaited. To change the end, end the designation, then name them again.',
  assigner_closed:
    'This designation awaits no answer any more: it was withdrawn, it has ended, or it was answered already. Ask the head of the school.',
  feed_unreadable: 'The delivery cannot be read.',
  feed_hostile: 'The delivery contains what has no place in it; it is refused.',
  feed_incomplete: 'The delivery is incomplete.',
  feed_mixed: 'The delivery mixes several exports.',
  feed_stale: 'A more recent delivery was already applied.',
  feed_held: 'The delivery removes too much at once; it waits for a confirmation.',
  sample_exists: 'There is an export in this folder already: choose another one, or empty it.',
  schema_unknown: 'The database comes from a newer version of Préau.',
  schema_behind: 'The database must be brought up to date first.',
  check_failed: 'At least one point does not hold in this school: see which, and what shows it.',
  text_missing: 'Write the text before you record it.',
  letters_not_printed: 'Print these letters first: only those that were printed can be said to be handed out.',
  trail_broken: 'The trail no longer holds together: a row was changed, added or removed.',
  policy_unreadable: 'The rules of that day cannot be read back as they were kept.',
  unknown_decision: 'This decision is not in the log: it was not kept, or its time is over.',
  decision_differs: 'This decision does not come out again as it was.',
  unavailable: 'Préau is busy or being stopped. Try again in a minute.',
};

const rules: Text['rules'] = {
  logbook: {
    read: {
      owner: 'The teacher who keeps a logbook reads it and writes in it.',
      substitute: 'The substitute reads the logbooks taken over, within the dates of the replacement.',
      team: 'The teachers of the class, its groups included, read the logbooks of the class and of those groups.',
      colleague: 'A colleague reads the logbook that its owner opened and the head validated, until the date agreed.',
      inspector: 'An inspector reads the logbooks named in an approved request, within its dates.',
      head: 'The head reads every logbook of the school.',
      deputy: 'The deputy head reads every logbook of the school.',
      direction: 'The director of a primary school reads its logbooks where a recorded decision says so.',
      school_life: 'School life staff read the logbooks of a class where the head has opened them to a named person.',
      pupil: 'Pupils read the logbooks of their class and groups.',
      guardian: "A pupil's legal representatives read the logbooks of the pupil's class and groups.",
      admitted: 'A parent without authority reads by a written decision of the head, made on a judgment.',
    },
    write: {
      owner: 'The teacher who keeps a logbook writes in it.',
      substitute: 'The substitute writes in a section of their own, within the dates of the replacement.',
    },
    visa: {
      head: 'The head signs off logbooks.',
      delegate: 'The deputy head signs off logbooks by a personal, dated delegation.',
    },
    read_archive: {
      author: 'Whoever kept a logbook reads it again for as long as it is kept.',
      inspector: 'An inspector reads the archived logbooks named in an approved request, within its dates.',
      head: 'The head reads archived logbooks, with a written motive.',
      deputy: 'The deputy head reads archived logbooks, with a written motive.',
      direction: 'The director of a primary school reads archived logbooks where a decision says so, with a motive.',
    },
    grant: { owner: 'Whoever keeps a logbook may ask for it to be opened to a colleague.' },
    request: {
      staff: 'Teachers, librarians and the CPE may ask for a logbook to be opened.',
      territory: 'An inspector may ask within their territory.',
    },
    validate: {
      head: 'The head validates what the owner of the logbook has asked for.',
      delegate: 'The deputy head validates by a personal, dated delegation.',
      direction: 'The director of a primary school validates where a recorded decision says so.',
    },
    revoke: {
      owner: 'Whoever keeps a logbook may end an opening at any time.',
      head: 'The head may end an opening at any time, saying why.',
      delegate: 'The deputy head may end an opening by a personal, dated delegation.',
      direction: 'The director of a primary school may end an opening where a recorded decision says so.',
      beneficiary: 'Whoever was let in may give it up.',
    },
    see_readers: {
      owner: 'Whoever keeps a logbook sees who may read it, and why.',
      author: 'Whoever kept a logbook sees who could read it, for as long as it is kept.',
      head: 'The head sees who may read the logbooks of the school.',
      deputy: 'The deputy head sees who may read the logbooks of the school.',
      direction: 'The director of a primary school sees who may read its logbooks where a decision says so.',
      ticket:
        'Who administers the ENT, the data protection officer or the academy sees it on a written ask of who keeps the logbook or directs the school, seven days at the most.',
    },
  },
  absence: {
    read: {
      self: 'Everyone sees their own absences.',
      replacement: 'The substitute sees the slot and whom they replace, and no reason.',
      secretariat: 'The secretariat sees the absences of staff, and no reason.',
      head: 'The head sees the absences of staff, and no reason.',
      deputy: 'The deputy head sees the absences of staff, and no reason.',
      direction: 'The director of a primary school sees absences where a recorded decision says so.',
      inquiry: 'The hierarchy sees an absence by one named, reasoned and approved request, until its end.',
    },
    read_today: { school_life: 'School life staff see which lessons of their classes are not covered today.' },
    write: {
      self: 'Everyone may declare their own absence.',
      scribe: 'The secretariat records absences by written delegation.',
      head: 'The head records absences.',
      deputy: 'The deputy head records absences.',
      direction: 'The director of a primary school records absences where a decision says so.',
    },
  },
  lesson: {
    read: {
      team: 'The teachers of the class see whether its lesson is held.',
      head: 'The head sees whether lessons are held.',
      deputy: 'The deputy head sees whether lessons are held.',
      direction: 'The director of a primary school sees whether lessons are held where a decision says so.',
      school_life: 'School life staff see whether the lessons of the classes they follow are held.',
      secretariat: 'The secretariat sees whether lessons are held.',
      pupil: 'Pupils see whether the lesson of their class is held.',
      guardian: "Legal representatives see whether the lesson of their child's class is held.",
    },
  },
  school: {
    activate: {
      head: 'The head issues codes and starts resets.',
      deputy: 'The deputy head issues codes and starts resets.',
      director: 'The director of a primary school issues codes and starts resets.',
      secretariat: 'The office issues codes and starts resets.',
      administrator: 'Whoever administers the accounts issues codes and starts resets.',
    },
    inform: {
      head: 'The head sees to it that everybody is told.',
      deputy: 'The deputy head sees to it that everybody is told.',
      director: 'The director of a primary school sees to it that everybody is told.',
      secretariat: 'The office sees to it that everybody is told.',
    },
    file: {
      head: 'The head records a request that came on paper.',
      deputy: 'The deputy head records a request that came on paper.',
      director: 'The director of a primary school records a request that came on paper.',
      secretariat: 'The office records a request that came on paper.',
      dpo: 'The data protection officer records a request that came on paper.',
    },
    decide: {
      head: 'The head decides requests and disputes.',
      director: 'The director of a primary school decides requests and disputes.',
    },
    oversee: {
      dpo: 'The data protection officer keeps the register and signs incident files beside the head.',
    },
    protect: {
      head: 'The head resets all pupils when something has gone wrong.',
      director: 'The director of a primary school resets all pupils when something has gone wrong.',
      administrator: 'Whoever administers the accounts resets all pupils when something has gone wrong.',
    },
    convene: {
      staff: 'Teachers, librarians and CPE create a circle and invite to it.',
      head: 'The head creates a circle and invites to it.',
      deputy: 'The deputy head creates a circle and invites to it.',
      director: 'The director of a primary school creates a circle and invites to it.',
      secretariat: 'The office creates a circle and invites to it.',
      administrator: 'Whoever administers the accounts creates a circle and invites to it, and adds nobody.',
      territory: 'An inspector creates a circle within the territory and invites to it, and adds nobody.',
      authority: 'The academic authority creates a circle and invites to it, and adds nobody.',
    },
    assign: {
      head: 'The head gives the licences.',
      direction: 'The director of a primary school gives the licences when a decision on record says so.',
      assigner: 'Whoever the head has named, and who has accepted, gives the licences.',
    },
  },
  offer: {
    launch: {
      assigned: 'Whoever the school has given a licence opens the resource.',
      site: 'When the subscription covers a whole audience, everyone of that audience opens the resource.',
    },
  },
  none: 'No rule opens this for this action.',
};

const forbids: Text['forbids'] = {
  barred: 'A recorded restriction closes this. The head can tell you which, and how to contest it.',
  objection: 'The pupil, who is of age, has objected to this reading.',
  declined: 'You have chosen not to be known to the publisher of this resource.',
};

const claims: Text['claims'] = {
  name: 'your first name and family name',
  given_name: 'your first name',
  family_name: 'your family name',
  roles: 'your role in each school: pupil, teacher, parent…',
  schools: 'the names of your schools',
  classes: 'your classes, or those you teach',
  groups: 'your groups, or those you teach',
  children: 'the first name, school and class of the children you are responsible for',
  functions: 'the posts you hold in each school',
  profiles: 'your profile, in the words of the Ministry of Education',
};

const pages: Text['pages'] = {
  layout: {
    skip: 'Skip to content',
    home: 'Préau, home',
    demo: 'Demonstration: the people and the schools are invented.',
    footer: 'Préau, free software for French schools.',
    privacy: 'Privacy and cookies',
    notices: 'Information notice',
    shared: (place) => `Shared workstation: ${place}.`,
    sharedRule: 'Nothing is remembered here. Without activity, your session ends after five minutes.',
    sharedSignOut: 'Sign out',
    otherLanguage: 'Français',
  },
  card,
  freeResources,
  launching,
  letters,
  licences,
  login: {
    title: 'Sign in',
    heading: 'Sign in',
    towards: (module) => `To open “${module}”`,
    login: 'Username',
    password: 'Password',
    submit: 'Sign in',
    firstTime: 'First time here?',
    activate: 'Activate my account',
    cancel: 'Go back without signing in',
    why: 'What this service is for',
    forgotten: 'Forgotten password',
    failed: 'Signing in did not work',
    sure: 'Sure that it is the right password? After several tries, wait a minute. Somebody may be trying your username: use a device that you have signed in on before, or choose a new password below.',
  },
  activation: {
    title: 'Activate my account',
    heading: 'Activate my account',
    step: (step) => `Step ${step} of 2`,
    intro: 'Your school gave you an activation code. It works only once, and only for you.',
    code: 'Activation code',
    codeHint: 'Copy it just as it is written.',
    check: 'Date of birth or family name',
    checkHint: 'Your own, as the letter that came with the code says. For example 14/03/2012, or Martin.',
    next: 'Continue',
    noCode: 'I have no code',
    noCodeAnswer:
      'Ask the school office, or the head of the primary school. Nobody else can give you one, and nobody will ask you for it on the phone.',
    refused: 'This code was not accepted',
    chooseHeading: 'Choose my password',
    identifier: 'Username',
    identifierHint: 'You will type it to sign in. You can change it now.',
    password: 'Password',
    passwordRules: (minimum) => [
      `At least ${minimum} characters.`,
      'No digit or sign is required: a few words in a row do well.',
      'Neither your name, nor the name of your school, nor a well-known password.',
    ],
    passwordPaste: 'You can paste it from a password manager. You will never be asked to change it without a reason.',
    submit: 'Activate my account',
    notAccepted: 'One thing needs another look',
    doneHeading: 'Your account is ready',
    done: 'Your username is',
    doneNext: 'Keep your password to yourself. You can sign in now.',
    doneContinue: 'Sign in',
    doneHome: 'Open the service your school told you about: it will bring you to the sign-in page.',
  },
  notice: {
    title: 'What this service receives',
    heading: (module) => `What “${module}” will receive`,
    intro: 'You will see this page only once, unless the list changes.',
    signedInAs: (name) => `You are signed in as ${name}.`,
    notMe: 'This is not me',
    why: 'What for',
    who: 'Who answers for it',
    schools: 'For which schools',
    allSchools: 'All those where you have a role.',
    someSchools: (schools) => `Only: ${schools.join(', ')}.`,
    basis: 'These details serve a public task: your consent is not asked for, but you can object to it at your school.',
    identifier: 'an identifier of its own, which says nothing about you',
    accept: 'Continue',
    refuse: 'Do not open this service',
    whole: 'The whole notice, in words for your age',
  },
  error: {
    title: 'That did not work',
    next: 'What to do',
    code: 'Code',
    reference: 'Reference',
    referenceHint: 'Give this reference to the person who helps you.',
    home: 'Back to the home page',
    closed: 'Your session is not open',
    closedNext:
      'Once your session is open, come back here: open this page again, or the address in the message you received.',
    again: 'Open this page again',
    unexpected: 'Something went wrong on our side. It is not your fault.',
    unexpectedNext: 'Try again in a moment. If it happens again, give your school the reference below.',
    fromModule: 'The service you wanted to open made a request that Préau cannot accept. Nothing was passed on.',
    fromModuleNext:
      'Go back to the service and start again. If it happens again, show this page to your school: the fault lies with the service, not with you.',
    denied: 'Signing in was stopped.',
    expired: 'This step is no longer valid: it has expired, or it is already done.',
    expiredNext: 'Go back to the service you wanted to open and start again.',
  },
  notFound: {
    title: 'Page not found',
    heading: 'There is nothing at this address',
  },
  signOut: {
    title: 'Sign out',
    heading: 'Sign out?',
    intro: 'You will be signed out of Préau and of the services opened with it in this browser.',
    from: (module) => `“${module}” asks to sign you out.`,
    submit: 'Sign me out',
    stayHint: 'To stay signed in, simply leave this page.',
  },
  switchPerson: {
    title: 'Change of person',
    heading: 'Somebody else is signed in',
    intro:
      'In this browser, another person is still signed in. They will be signed out of Préau and of the services opened with it, and then you will be signed in.',
    submit: 'Sign them out and go on',
    stayHint: 'To leave them signed in, simply leave this page: nothing will change.',
  },
  signedOut: {
    title: 'See you soon',
    heading: 'You are signed out',
    intro: 'You have left Préau and the services opened with it in this browser.',
    shared: 'On a shared computer, remember to close every window as well.',
    home: 'Back to the home page',
  },
  home: {
    title: 'Home',
    heading: 'One account for all of school',
    intro:
      'Préau opens the services of your schools, from nursery school to the last year of lycée: one username, one password, and each person sees only what concerns them.',
    how: 'How do I sign in',
    howAnswer:
      'Open the service you want to use, the logbook for example. It brings you here, and then you go back to it.',
    first: 'This is my first time',
    firstAnswer: 'Your school gave you a code. Use it to choose your password.',
    activate: 'Activate my account',
    children: 'I have several children',
    childrenAnswer: 'One account is enough, even if they go to different schools.',
    services: 'Your services',
    servicesAt: (schools: readonly string[]) => `Schools: ${schools.join(', ')}.`,
    parts: { daily: 'In Préau', school: 'For the school', oneself: 'For you' },
    ways: {
      ownLogbooks: { title: 'My logbooks', answer: () => 'Who may read them, and opening them to a colleague.' },
      resources: {
        title: 'My digital resources',
        answer: (count) => {
          if (count === 0) return 'None is open for now: here is why.';
          return count === 1 ? 'One resource to open.' : `${count} resources to open.`;
        },
      },
      otherLogbooks: { title: 'The logbooks', answer: () => 'Who may read them, and asking to read one.' },
      validations: {
        title: 'To validate',
        answer: (count) => {
          if (count === 0) return 'Nothing is waiting for your decision.';
          return count === 1 ? 'One decision is waiting for you.' : `${count} decisions are waiting for you.`;
        },
      },
      licences: {
        title: 'Licences for resources',
        answer: (count) => {
          if (count === 0) return 'Giving them, taking them back, and what is left.';
          return count === 1 ? 'A designation awaits your answer.' : `${count} designations await your answer.`;
        },
      },
      assigners: { title: 'Who gives the licences', answer: () => 'Naming somebody, who accepts or refuses.' },
      letters: { title: 'Letters and cards', answer: () => 'Issue codes, and print them.' },
      lostFactors: {
        title: 'Second way lost',
        answer: (count) => {
          if (count === 0) return 'Help somebody who no longer has their second way of signing in.';
          return count === 1 ? 'One code waits for a second signature.' : `${count} codes wait for a second signature.`;
        },
      },
      factorCode: {
        title: 'A code against loss',
        answer: () =>
          'A code that would remove your second ways of signing in is under way. If you have lost nothing, stop it.',
      },
      incidents: {
        title: 'Incident files',
        answer: (count) => {
          if (count === 0) return "The only way to somebody's log: a motive, dates, two signatures.";
          return count === 1 ? 'One file waits for your signature.' : `${count} files wait for your signature.`;
        },
      },
      circles: {
        title: 'Circles',
        answer: (count) => {
          if (count === 0) return 'Groups that one joins by oneself alone.';
          return count === 1 ? 'One invitation waits for your answer.' : `${count} invitations wait for your answer.`;
        },
      },
      family: { title: 'My children', answer: () => 'Their school, the open services, and adding a child.' },
      disputes: {
        title: 'Legal representatives',
        answer: (count) => {
          if (count === 0) return 'No report is waiting for your answer.';
          return count === 1
            ? 'One report is waiting for your answer.'
            : `${count} reports are waiting for your answer.`;
        },
      },
      informing: {
        title: 'Telling people',
        answer: (count) =>
          count > 0
            ? 'This year’s meeting of the board is not on record.'
            : 'The notice, the board’s meeting, letters to hand out.',
      },
      opening: {
        title: 'The opening of the digital workspace',
        answer: (count) => (count === 1 ? 'One item is missing to open.' : `${count} items are missing to open.`),
      },
      requests: {
        title: 'Requests of persons',
        answer: (count) => (count === 0 ? 'No request waits.' : `To handle: ${count}.`),
      },
      requestRegister: { title: 'Registers', answer: () => 'Requests and processing, for data protection.' },
      myRequests: { title: 'My requests', answer: () => 'Copy, correction, erasure, objection: where they stand.' },
      workstations: { title: 'Shared workstations', answer: () => 'The browsers that several people use in turn.' },
      nationalGar: {
        title: 'Export to the national GAR',
        answer: () => 'What leaves at night, and what holds the school back.',
      },
      certificates: {
        title: 'Certificates',
        answer: () => 'Those of the service and of connected services, and which end soon.',
      },
      statistics: { title: 'Statistics of use', answer: () => 'Counters by month, and nobody in them.' },
      publishers: {
        title: 'Publishers of resources',
        answer: () => 'What each declared, what was validated, what was sent.',
      },
      pupilsReset: {
        title: 'Reset the pupils',
        answer: () => 'When their passwords were stolen: all void, all their sessions ended.',
      },
      account: { title: 'My account', answer: () => 'Password, e-mail address, closing.' },
      me: { title: 'My data', answer: () => 'What is held about you, your sessions, your sign-ins.' },
    },
    hello: (name) => `Hello ${name}`,
    signedIn: 'Open the service you want: you will not have to type your password again.',
    signedInFamily:
      "Your children's services are on the page “My children”: you will not have to type your password again.",
    signedInElsewhere:
      'No service opens from here for you. Use the address that your school gave you: you will not have to type your password again.',
    since: (time) => `Signed in at ${time}`,
    shared: 'If other people use this device, sign out before you leave.',
    signOut: 'Sign me out',
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
    title: 'Privacy and cookies',
    heading: 'What Préau keeps about you',
    intro: 'Préau knows about you only what the Ministry of Education and your school pass on to it.',
    known: 'What it knows',
    knownAnswer:
      'Your name, your schools, your classes and groups, your children or your posts, and a date of birth to check that it is you when you activate your account. Your password is kept only in a form that cannot be read back.',
    given: 'What it passes on',
    givenAnswer:
      'Each service receives only what it needs, and tells you so the first time. The identifier it receives is not the one that other services receive.',
    trace: 'What it notes down',
    traceAnswer: 'Sign-ins and changes of rights, for security. These notes hold no name.',
    cookies: 'Cookies',
    cookiesAnswer:
      'Only those used to sign you in, to know a device you have used before and to remember the language. No audience measurement, no outside service.',
    rights: 'Your rights',
    rightsAnswer:
      'To see, correct or object, ask your school, which answers for it together with the local authority and the academy. You can also refer the matter to the CNIL.',
  },
};

const denials = {
  motive_missing: 'Those who run a school read its archive only with a written reason, which the log keeps.',
  revision_unknown: 'What was just changed is not known here yet. Ask again in a moment.',
};

export const en: Text = typeset({ refusals, rules, forbids, denials, claims, attributes, subscriptions, pages });
