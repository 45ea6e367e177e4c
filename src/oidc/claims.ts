// The claims a module may receive: one line each, with the scope that opens it and how it is built from live facts.

export type ClaimName =
  | 'roles'
  | 'schools'
  | 'classes'
  | 'groups'
  | 'children'
  | 'functions'
  | 'profiles'
  | 'name'
  | 'given_name'
  | 'family_name'
  | 'email';
