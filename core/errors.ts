/**
 * One table of every error that Suidun gives to a person or a machine. `docs/errors.md` lists the same codes (a parity
 * test holds them together); messages in both languages are in `core/messages/`.
 *
 * Families: CFG configuration · KQL search text · QRY search execution · SIG Sigma · COL intake · FND findings ·
 * MLP classified protection · ACC access · DOC documents · STO storage · INV inventory · INC incidents.
 */
export const ERRORS = {
  'CFG-001': { status: 400, text: 'configuration: {problem}' },
  'CFG-002': { status: 400, text: 'no such file or folder: {path}' },
  'CFG-003': { status: 409, text: 'data folder {path} is in use by process {pid}' },
  'CFG-004': { status: 400, text: '{address} is not loopback: set TLS, or `insecure: true` to accept plain text' },
  'CFG-005': { status: 400, text: 'command line: {problem}' },
  'KQL-100': { status: 400, text: 'search text: {problem} at character {position}' },
  'KQL-101': { status: 400, text: 'unexpected {found} at character {position}' },
  'KQL-102': { status: 400, text: 'a closing bracket is missing at character {position}; add ")"' },
  'KQL-103': { status: 400, text: 'a closing quote is missing for the quote at character {position}' },
  'KQL-104': { status: 400, text: 'search text longer than {limit} characters' },
  'KQL-105': { status: 400, text: 'brackets nested deeper than {limit} at character {position}' },
  'KQL-106': { status: 400, text: 'a value is missing after "{operator}" at character {position}' },
  'KQL-107': {
    status: 400,
    text: '"{value}" at character {position} is no time, which {field} holds; write it as "2026-11-24T06:00:00Z"',
  },
  'KQL-108': { status: 400, text: '"{value}" at character {position} is no number, which {field} holds' },
  'KQL-109': {
    status: 400,
    text: 'wildcard in a field name at character {position}; name the field, or search the word without a field',
  },
  'KQL-110': {
    status: 400,
    text: '{field} at character {position} holds addresses; search a block instead: {field}: "10.0.0.0/8"',
  },
  'KQL-111': { status: 400, text: '"and" or "or" is missing before character {position}' },
  'KQL-112': { status: 400, text: 'a search word or condition is missing at character {position}' },
  'KQL-113': { status: 400, text: '"{value}" at character {position} is not a value that {field} can have' },
  'SIG-001': { status: 400, text: 'cannot be read: {problem}' },
  'SIG-002': { status: 400, text: 'not valid YAML: {problem}' },
  'SIG-003': { status: 400, text: '"{key}" is missing; write it' },
  'SIG-004': { status: 400, text: '"{key}" must be {expected}' },
  'SIG-005': { status: 400, text: '{kind} are not supported yet' },
  'SIG-006': {
    status: 400,
    text: 'no Sigma rule: none of "detection", "correlation", "filter" and "logsource" stands here; write one, or take the document out',
  },
  'SIG-007': { status: 400, text: 'the id {id} is already used by {other}; give one of them another id' },
  'SIG-008': { status: 400, text: 'larger than {limit}; split it' },
  'SIG-009': {
    status: 400,
    text: 'a document is a rule, a filter or a correlation; here stand "{one}" and "{other}"; part them by a line "---"',
  },
  'SIG-010': { status: 400, text: 'condition: unexpected {found}; write it like "selection and not filter"' },
  'SIG-011': {
    status: 400,
    text: 'condition: no search identifier "{name}"; write one below "detection", or correct the name',
  },
  'SIG-012': {
    status: 400,
    text: 'condition: no search identifier fits "{pattern}"; name one so, or correct the pattern',
  },
  'SIG-014': { status: 400, text: 'there is no modifier "{modifier}"{hint}' },
  'SIG-015': { status: 400, text: 'modifiers do not go together: {problem}' },
  'SIG-016': { status: 400, text: 'value {value} does not go with "{modifier}": {expected}' },
  'SIG-017': { status: 400, text: 'regular expression refused: {problem}' },
  'SIG-018': { status: 400, text: '"{value}" is no CIDR block; write it as 10.0.0.0/8 or 2001:db8::/32' },
  'SIG-019': { status: 400, text: 'a value must be text, number, boolean or null; {found}' },
  'SIG-020': { status: 400, text: '{what} is no part of Sigma 2 and not supported; use a correlation rule' },
  'SIG-021': {
    status: 400,
    text: 'keywords have no field, which the modifier "{modifier}" needs; name a field before it',
  },
  'SIG-022': { status: 400, text: 'nested deeper than {limit}; write it flatter' },
  'SIG-023': {
    status: 400,
    text: 'there is no list "{name}" for the placeholder %{name}%; write one in a file of the folder of lists',
  },
  'SIG-024': { status: 400, text: 'with "{modifier}" this value stands for too much: at most {limit}' },
  'SIG-030': { status: 400, text: 'search identifier "{name}" is not used by the condition' },
  'SIG-031': { status: 400, text: 'the rule has no id; it goes by its path' },
  'SIG-032': { status: 400, text: 'the rule has no level; it counts as medium' },
  'SIG-033': { status: 400, text: 'the block {value} has bits set beyond its prefix' },
  'SIG-034': { status: 400, text: 'no routing names the log source {logsource}; it restricts nothing' },
  'SIG-035': { status: 400, text: 'every event of its log source is looked at: no positive text to look for' },
  'SIG-036': { status: 400, text: 'the tag "{tag}" has no namespace (attack.t1059, cve.2021-44228 …)' },
  'SIG-037': { status: 400, text: '"all" on a single value changes nothing; Sigma 2 does not allow it' },
  'SIG-038': { status: 400, text: 'the name "{name}" is already used by {other}; whoever refers to it means both' },
  'SIG-039': {
    status: 400,
    text: 'no "not" in the condition: the rules named match only where it holds; to exclude, write "not selection"',
  },
  'SIG-040': { status: 400, text: 'sidecar: {problem}' },
  'SIG-041': { status: 400, text: 'the rule has no sample that must match and one that must not' },
  'SIG-042': { status: 400, text: 'the sidecar {path} belongs to no rule' },
  'SIG-043': { status: 400, text: 'the sample "{name}" must {expected} and does not' },
  'SIG-044': {
    status: 400,
    text: 'no event can match: whatever the rule matches needs "{field}", which no source of its log source delivers{hint}',
  },
  'SIG-050': { status: 400, text: 'pipeline: {problem}' },
  'SIG-051': { status: 400, text: 'list: {problem}' },
  'SIG-060': { status: 400, text: 'no rule "{rule}" is loaded; the filter does nothing for it' },
  'SIG-061': {
    status: 400,
    text: 'the log source of the rule "{rule}" is not within that of the filter, which does nothing for it',
  },
  'SIG-070': { status: 400, text: 'a reason of at most {max} characters is needed' },
  'SIG-071': { status: 400, text: 'an exception ends in the future, at most {days} days from now' },
  'SIG-072': {
    status: 400,
    text: 'an exception needs search text that says which events it is about; to silence the whole rule, switch it off',
  },
  'SIG-073': {
    status: 400,
    text: '"{rule}" is a correlation; make the exception for a rule that it is made of',
  },
  'SIG-074': { status: 400, text: 'at most {limit} exceptions act on a rule at a time; end one first' },
  'SIG-075': { status: 409, text: 'the exception has ended already' },
  'SIG-080': { status: 400, text: 'this cannot be imported: {problem}' },
  'SIG-081': { status: 413, text: 'too much to import at once: {problem}' },
  'SIG-082': { status: 400, text: 'no rule file (.yml or .yaml) is in it' },
  'SIG-083': { status: 400, text: '"{name}" is no name for a rule file: {problem}' },
  'SIG-090': { status: 400, text: 'a run takes 1 to {most} rules' },
  'SIG-091': { status: 400, text: 'a run ends after it begins, and at most {days} days later' },
  'SIG-092': { status: 409, text: 'at most {limit} runs wait at a time; cancel one, or wait for one to end' },
  'SIG-093': { status: 409, text: 'the run has ended already' },
  'SIG-094': {
    status: 400,
    text: '"{rule}" is a correlation and asks for no single event; hunt with a rule that it is made of',
  },
  'SIG-095': {
    status: 400,
    text: 'more than {limit} different signals in {minutes} minutes ({at}); narrow the rules or the time',
  },
  'SIG-100': { status: 400, text: '"{key}" is no key of {where}, which has {known}' },
  'SIG-101': { status: 400, text: '"{key}" does not go with {type}; leave it out' },
  'SIG-102': {
    status: 400,
    text: 'no rule or correlation "{rule}" is loaded (unknown or refused); give the id or name of one that is',
  },
  'SIG-103': { status: 400, text: '"{rule}" stands for several ({ids}); refer to one by its id' },
  'SIG-104': { status: 400, text: 'correlations refer to each other in a circle: {circle}; take one reference out' },
  'SIG-105': { status: 400, text: 'the condition does not use the rule "{rule}"' },
  'SIG-106': {
    status: 400,
    text: 'no window can meet this condition (windows begin at an event, so a count is at least 1)',
  },
  'SIG-107': { status: 400, text: '"percentile" is missing; it counts as {percentile}' },
  'SIG-108': { status: 400, text: 'the alias "{alias}" names the rule "{rule}", which is not among the rules' },
  'SIG-109': {
    status: 400,
    text: 'the alias "{alias}" names no field for the rule "{rule}"; a field "{alias}" is looked for there',
  },
  'SIG-110': {
    status: 400,
    text: 'more than {limit} ways to meet a condition of ordered rules; write several correlations',
  },
  'SIG-111': {
    status: 400,
    text: 'no event of the rule "{rule}" has the field "{field}": its matches take no part{hint}',
  },
  'QRY-301': { status: 503, text: 'the search took longer than {seconds} s and was stopped; narrow the time range' },
  'QRY-302': { status: 400, text: 'this question cannot be answered exactly: {problem}' },
  'QRY-303': { status: 400, text: 'limit exceeded: {problem}' },
  'QRY-304': { status: 400, text: 'cursor is not one of ours; start again without "after"' },
  'QRY-305': { status: 404, text: 'not found' },
  'COL-401': { status: 401, text: 'API key missing or not valid' },
  'COL-403': { status: 403, text: 'this key lacks the scope "{scope}"' },
  'COL-404': { status: 404, text: 'no such address: {path}' },
  'COL-413': { status: 413, text: 'body larger than {limit} bytes (unpacked); send smaller batches' },
  'COL-415': { status: 400, text: 'body cannot be unpacked: {problem}' },
  'COL-429': { status: 429, text: 'under pressure; nothing of this request was stored, send it again later' },
  'COL-400': { status: 400, text: 'request cannot be read: {problem}' },
  'STO-500': { status: 500, text: 'storage: {problem}' },
  'STO-501': { status: 500, text: 'the store was written by a newer version ({found} > {known})' },
  'STO-507': {
    status: 507,
    text: 'disk full: intake is paused, nothing acknowledged is lost; free space and it resumes',
  },
  'DOC-404': { status: 404, text: 'no such {kind}: {id}' },
  'DOC-409': { status: 409, text: 'changed by someone else meanwhile ({kind} {id}); load it again' },
  'DOC-400': { status: 400, text: 'not valid: {problem}' },
  'FND-400': { status: 400, text: 'report cannot be read: {problem}' },
  'FND-415': { status: 415, text: 'not a report format Suidun knows; send SARIF 2.1.0 or Trivy JSON' },
  'FND-422': { status: 422, text: 'not a report: {problem}' },
  'MLP-020': { status: 400, text: 'a reason is needed for this result' },
  'MLP-021': { status: 409, text: 'you cannot confirm a result that you wrote' },
  'MLP-022': { status: 404, text: 'no such item for this system: {item}' },
  'MLP-023': { status: 409, text: 'this item has no proposal to decide on; run its check first' },
  'MLP-024': { status: 409, text: 'a check that cannot tell proposes nothing; assess the item yourself' },
  'ACC-001': { status: 401, text: 'name or password is wrong' },
  'ACC-002': { status: 429, text: 'too many attempts; try again after {until}' },
  'ACC-003': { status: 401, text: 'sign in first' },
  'ACC-004': { status: 403, text: 'your policy does not allow this' },
  'ACC-005': { status: 410, text: 'this set-up link was used or has expired' },
  'ACC-006': { status: 400, text: 'the password needs at least {min} characters' },
  'ACC-007': { status: 403, text: 'request lacks the CSRF token; reload the page' },
  'ACC-008': { status: 409, text: 'an account of this name exists' },
  'ACC-009': { status: 400, text: 'policy: {problem}' },
  'ACC-010': {
    status: 400,
    text: 'a name has 1 to 64 letters, digits or . _ @ - and begins with a letter or digit',
  },
  'ACC-011': { status: 400, text: 'a displayed name has 1 to 64 characters, none of them control characters' },
  'ACC-012': { status: 400, text: 'a password has at most {max} characters' },
  'ACC-013': { status: 400, text: 'a contractor needs the party that it works for' },
  'ACC-014': { status: 400, text: 'this link is for the account "{name}"' },
  'ACC-015': { status: 400, text: 'choose the name to sign in with' },
  'ACC-020': { status: 400, text: 'no key scope "{scope}"; there are {known}' },
  'ACC-021': { status: 400, text: 'a key needs at least one scope: {known}' },
  'ACC-022': { status: 400, text: 'the system "{system}" is not of the unit "{unit}" or below it' },
  'ACC-023': {
    status: 403,
    text: "a key that reads is made by who may read the unit's events, or on the server: npx suidun key create --scopes read",
  },
  'ACC-025': { status: 400, text: 'nobody grants to himself' },
  'ACC-026': { status: 400, text: 'a grant needs a reason of at most {max} characters' },
  'ACC-027': { status: 400, text: 'a grant ends in the future, at most {days} days from now' },
  'ACC-028': { status: 400, text: 'a grant names one dataset or one system' },
  'ACC-033': { status: 409, text: 'this person already holds an administrator office (three separate administrators)' },
  'INV-400': { status: 400, text: 'inventory file: {problem}' },
  'INV-401': { status: 400, text: 'not valid YAML: {problem}' },
  'INV-402': { status: 400, text: '{path}: {problem}' },
  'INV-403': { status: 400, text: '{path}: there is no {kind} "{id}"' },
  'INV-404': { status: 400, text: 'the id "{id}" stands twice' },
  'INV-405': { status: 400, text: '{path}: the code "{code}" is already used by the unit "{other}"' },
  'INV-406': { status: 400, text: '{path}: units would stand in a circle: {circle}' },
  'INV-407': { status: 400, text: '{path}: only the unit "root" has no parent, and it must not have one' },
  'INV-408': { status: 400, text: '{path}: a {kind} cannot stand below the {above} "{id}"' },
  'INV-410': { status: 400, text: 'expected "name,kind,code,parent code", found {count} values' },
  'INV-411': { status: 400, text: 'a quote is not closed' },
  'INV-412': { status: 400, text: 'the name is missing or longer than 200 characters' },
  'INV-413': {
    status: 400,
    text: '"{value}" is no kind of unit; write province, city, district, department or subunit',
  },
  'INV-414': { status: 400, text: '"{value}" is no code; write 1 to 8 upper-case letters' },
  'INV-415': { status: 400, text: 'no unit has the code "{code}"; add its line too' },
  'INV-416': { status: 400, text: 'the code "{code}" stands twice' },
  'INV-417': { status: 400, text: 'more than {limit} lines; paste fewer at a time' },
  'INC-400': { status: 400, text: 'an incident cannot go from {from} to {to}' },
  'FND-430': { status: 400, text: 'a decision on a finding needs a reason of at most {max} characters' },
  'FND-431': { status: 400, text: 'the accepted risk must end in the future' },
  'FND-432': {
    status: 400,
    text: 'a finding is accepted, called a false positive or opened again, not set to "{status}"',
  },
  'FND-433': { status: 400, text: 'the finding is fixed; there is nothing to decide' },
  'INC-402': { status: 400, text: 'this person cannot handle this incident; choose an analyst of its unit or above' },
  'INC-401': { status: 400, text: 'a false positive needs a reason' },
} as const satisfies Record<string, { readonly status: number; readonly text: string }>

export type ErrorCode = keyof typeof ERRORS

/** Where in a text a problem stands: 1-based line and column. */
export interface Place {
  readonly file?: string
  readonly line: number
  readonly column: number
}

/** One thing wrong with a user's text (rule, query, policy, inventory); readers collect them and go on. */
export interface Problem extends Place {
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** English; other languages fill their template of `code` with `details`. */
  readonly message: string
  readonly details?: Readonly<Record<string, string | number>>
}

/** A problem of that code, its message filled in. */
export function problem(
  code: ErrorCode,
  details: Readonly<Record<string, string | number>>,
  place: Place,
  severity: Problem['severity'] = 'error',
): Problem {
  return { ...place, code, severity, message: fill(ERRORS[code].text, details), details }
}

function fill(template: string, details: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (_, k: string) => String(details[k] ?? '?'))
}

/** An error that a person or machine may see; anything else is masked at the border and logged. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly details: Readonly<Record<string, string | number>>
  readonly place: Place | undefined

  constructor(code: ErrorCode, details: Record<string, string | number> = {}, place?: Place) {
    super(fill(ERRORS[code].text, details))
    this.name = 'AppError'
    this.code = code
    this.status = ERRORS[code].status
    this.details = details
    this.place = place
  }
}

/** `file:line:col code message`, as editors and readers of `grep` know it. */
export function problemLine(p: Problem): string {
  return `${p.file ?? '-'}:${p.line}:${p.column} ${p.code} ${p.message}`
}
