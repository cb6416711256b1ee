const MASK = '***'

/** Words that look like what they are: keys of well-known services, JSON web tokens, private keys. */
const KNOWN: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|npm_|dop_v1_|shpat_|pypi-|hf_)[\w-]{8,}/g,
  /\b(?:AKIA|ASIA|AGPA|AROA|LTAI)[0-9A-Za-z]{12,}/g,
  /\bxox[abeprs]-[\w-]{6,}/g,
  /\b[srp]k_(?:live|test)_\w{6,}/g,
  /\bSG\.[\w-]{10,}\.[\w-]{10,}/g,
  /\bAIza[\w-]{20,}/g,
  /\beyJ[\w-]{6,}\.[\w.-]{6,}/g,
  /\bhooks\.slack\.com\/services\/[\w/]+/g,
]

/** What names of secrets hold. */
const NAME =
  '(?:pass(?:word|wd|phrase)?|pwd|pw(?![a-z])|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?key|credentials?|密码|口令|令牌)'

/** A value in quotes, which may hold its own behind a backslash; one that was cut off ends with the text. */
const VALUE = [...`"'\``].map((q) => String.raw`${q}(?:\\.|[^${q}\\])*(?:${q}|\\?$)`).join('|')

/** Where a secret stands by its place: what leads to it, and it (in quotes or not). */
const PLACES: readonly RegExp[] = [
  // `scheme://user:password@host`
  /(:\/\/[^\s:/@]{0,64}:)([^\s@/]{1,128})(?=@)/g,
  // `password = "…"`, `"token": "…"`, `password: str = "…"`, `setSecret("…")`, `name="password" value="…"`
  new RegExp(
    String.raw`(${NAME}[\w.-]{0,40}["'\`\]]{0,2}(?:\s{1,4}(?:string|value))?\s{0,4}(?::\s{0,4}[\w.<>[\]|]{1,30}\s{0,4}=|=>|[:=]{1,3}|,|\()\s{0,4})(${VALUE}|[^\s"'\`,;)}\]][^\s"'\`,;<)}\]]{2,})`,
    'gis',
  ),
  // `<password>…</password>`
  new RegExp(String.raw`(<[\w.:-]{0,40}${NAME}[\w.:-]{0,40}>)([^<]{1,200})`, 'gi'),
  // `--password …`, `ENV DB_PASSWORD …`
  new RegExp(
    String.raw`((?:\s|^)(?:-{1,2}|ENV\s{1,4})[\w-]{0,40}(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|(?:api|access|secret)[_-]?key)\s{1,4})(${VALUE}|[^\s"'\`-][^\s"'\`]*)`,
    'gis',
  ),
  // `curl -u user:…`
  /((?:\s|^|["'])(?:-[uU]|--(?:proxy-)?user)[\s=]{0,4}["']?[^\s:"']{1,64}:)(?!\/\/)([^\s"']{1,128})/g,
  // `mysql -p…`, `sshpass -p …`, `redis-cli -a …`
  /(\b(?:mysql|mariadb|mongo|sshpass|redis-cli|7z)[\w-]{0,20}[^|;&]{0,200}?[\s"']-[pa]\s{0,2}["']?)([^\s"'-][^\s"']*)/g,
  // `Authorization: Bearer …`, and `Bearer …` alone where a digit says that it is no word
  /(authorization["'`\]]{0,2}\s{0,4}[:=,(]\s{0,4}["'`]?(?:[a-z]{1,20}\s{1,4})?)([^\s"'`{]{3,})/gi,
  /(\bbearer\s{1,4})(?=[^\s"'`]{0,80}[0-9])([^\s"'`]{6,})/gi,
]

/** A text in quotes. An apostrophe within a word is none. */
const QUOTED = /((?<!\p{L}{2})'|["`])((?:\\.|(?!\1)[^\\])*)(?:\1|\\?$)/gsu

/**
 * A text without the secrets it may hold. `quoted`: whatever is quoted goes (a message about a secret); `secret`: that, or
 * what is assigned, and if there is neither, all of it (the place of a secret).
 */
export function maskSecrets(text: string, about: 'secret' | 'quoted' | 'anything'): string {
  let out = text
  for (const known of KNOWN) out = out.replace(known, MASK)
  for (const place of PLACES) out = out.replace(place, (_, before: string, value: string) => before + maskValue(value))
  out = out.replace(/[A-Za-z0-9+/_=.-]{20,}/g, (word) => (isRandom(word) ? MASK : word))
  if (about === 'anything') return out
  out = out
    .replace(QUOTED, (all, quote: string, inner: string) => (inner.length < 3 ? all : quote + MASK + quote))
    .replace(/[A-Za-z0-9+/_=-]{10,}/g, (word) => (isMixed(word) ? MASK : word))
  if (about === 'quoted' || out.includes(MASK)) return out
  const value = /^([^:=]{1,80}[:=]\s*)\S/.exec(out)
  return value === null ? MASK : value[1] + MASK
}

function maskValue(value: string): string {
  const quote = /^["'`]/.test(value) ? value[0]! : ''
  return quote + MASK + quote
}

function isMixed(word: string): boolean {
  return /[0-9]/.test(word) && /[A-Za-z]/.test(word)
}

/** Letters and digits mixed as no person writes them: more than 3.3 bits a character over 20 or more. */
function isRandom(word: string): boolean {
  if (!isMixed(word) || /^(?:[a-z]+[./_-])+[a-z]*[0-9.]*$/.test(word)) return false
  const counts = new Map<string, number>()
  for (const c of word) counts.set(c, (counts.get(c) ?? 0) + 1)
  let bits = 0
  for (const n of counts.values()) bits -= (n / word.length) * Math.log2(n / word.length)
  return bits > 3.3
}

/** Whether a rule is about secrets, by its id, title, tags and weakness ids. */
export function isAboutSecrets(words: readonly string[]): boolean {
  return words.some((w) => SECRET_RULE.test(w))
}

const SECRET_RULE =
  /secret|passw|credential|token|api.?key|private.?key|entropy|密码|口令|cwe.?(?:0*798|0*259|0*321|0*522)\b/i
