// Refusals: what Préau says no to, each with a stable code and an HTTP status.

/** Every refusal and its HTTP status. The French and English words are in views/text; the compiler checks that none lacks them. */
export const refusals = {
  // what is asked is not well formed
  bad_request: 400,
  bad_setting: 400,
  bad_argument: 400,
  body_too_large: 413,
  unsupported_media_type: 415,
  // who asks
  not_signed_in: 401,
  sign_in_failed: 401,
  too_many_tries: 429,
  token_missing: 401,
  token_invalid: 401,
  credentials_invalid: 401,
  scope_missing: 403,
  form_expired: 403,
  wrong_host: 421,
  // what does not exist, or is not for the one who asks
  not_found: 404,
  method_not_allowed: 405,
  unknown_person: 404,
  unknown_school: 404,
  unknown_logbook: 404,
  unknown_class: 404,
  unknown_decision: 404,
  unknown_client: 404,
  school_not_served: 403,
  not_allowed: 403,
  // openings of logbooks, and signatures
  grant_without_end: 400,
  grant_dates: 400,
  grant_too_long: 400,
  grant_to_self: 400,
  grant_not_staff: 403,
  not_owner: 403,
  no_delegation: 403,
  reason_missing: 400,
  unknown_grant: 404,
  grant_exists: 409,
  grant_refused_before: 409,
  grant_not_offered: 409,
  grant_own_validation: 403,
  grant_owner_gone: 409,
  grant_decided: 409,
  grant_closed: 409,
  delegation_refused: 400,
  not_head: 403,
  unknown_delegation: 404,
  // acts on record
  dates_refused: 400,
  decision_missing: 400,
  not_pupil: 400,
  not_guardian: 400,
  not_of_age: 403,
  nothing_to_end: 404,
  replaces_self: 400,
  substitute_leads: 400,
  not_kept: 400,
  not_staff: 400,
  office_conflict: 409,
  not_school_life: 400,
  unknown_absence: 404,
  unknown_inquiry: 404,
  absence_exists: 409,
  absence_over: 409,
  slot_refused: 400,
  slot_covered: 409,
  motive_missing: 400,
  unknown_subject: 404,
  unknown_inspection: 404,
  place_missing: 400,
  unknown_circle: 404,
  circle_incomplete: 400,
  circle_school_missing: 400,
  invitee_missing: 400,
  invitation_closed: 409,
  too_many_invitations: 429,
  unknown_request: 404,
  request_repeated: 409,
  request_over: 409,
  denial_unbound: 400,
  denial_expired: 410,
  out_of_territory: 403,
  outside_specialty: 403,
  nothing_to_inspect: 400,
  inspection_exists: 409,
  inspection_decided: 409,
  inspection_own: 403,
  inspection_over: 409,
  ticket_refused: 400,
  unknown_incident: 404,
  incident_own: 403,
  incident_decided: 409,
  incident_closed: 403,
  person_ambiguous: 409,
  // accounts
  activation_invalid: 400,
  account_exists: 409,
  identifier_taken: 409,
  identifier_invalid: 400,
  password_too_weak: 400,
  password_wrong: 403,
  reset_invalid: 400,
  account_not_active: 409,
  not_confirmed: 400,
  account_move_refused: 409,
  email_invalid: 400,
  email_code_invalid: 400,
  factor_refused: 400,
  passkey_refused: 400,
  factor_required: 409,
  too_many_factors: 409,
  unknown_factor: 404,
  // requests of persons about their data
  request_open: 409,
  request_own: 403,
  request_words_missing: 400,
  correction_missing: 400,
  mandate_incomplete: 400,
  people_missing: 400,
  reason_thin: 400,
  reason_repeated: 409,
  ground_missing: 400,
  request_unattached: 409,
  identity_unchecked: 409,
  logbook_kept: 409,
  extension_late: 409,
  extension_done: 409,
  unknown_entry: 404,
  // families
  join_refused: 400,
  join_not_family: 403,
  unknown_join: 404,
  unknown_dispute: 404,
  dispute_settled: 409,
  // letters and class cards
  nothing_to_issue: 409,
  print_over: 410,
  not_first_degree: 400,
  not_for_cards: 403,
  // modules
  client_exists: 409,
  client_invalid: 400,
  scope_forbidden: 403,
  key_refused: 400,
  unknown_key: 404,
  // resources
  subscription_refused: 400,
  subscription_exists: 409,
  unknown_subscription: 404,
  distributor_other: 403,
  unknown_resource: 404,
  unknown_publisher: 404,
  decline_other: 403,
  resource_refused: 400,
  resource_move_refused: 409,
  agreement_refused: 400,
  agreement_move_refused: 409,
  unknown_agreement: 404,
  licences_not_given: 409,
  licence_target_refused: 400,
  licences_missing: 409,
  assigner_unfit: 400,
  assigner_exists: 409,
  assigner_closed: 409,
  export_exists: 409,
  export_held: 409,
  export_overtaken: 409,
  export_other_ent: 409,
  // deliveries
  feed_unreadable: 400,
  feed_hostile: 400,
  feed_incomplete: 400,
  feed_mixed: 400,
  feed_stale: 409,
  feed_held: 409,
  // the check of a school
  check_failed: 409,
  // notices and charters
  text_missing: 400,
  letters_not_printed: 409,
  // the machine
  trail_broken: 500,
  policy_unreadable: 500,
  decision_differs: 500,
  schema_unknown: 500,
  schema_behind: 500,
  unavailable: 503,
} as const satisfies Record<string, number>;

export type RefusalCode = keyof typeof refusals;

export type RefusalDetails = Readonly<Record<string, unknown>>;

/**
 * An expected no, for a person or a module. Everything else that is thrown is a bug.
 * `message` follows one style: lower case, no full stop, says what was expected, input in backticks.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, message: string, details: RefusalDetails = {}) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.status = refusals[code];
    this.details = details;
  }
}
