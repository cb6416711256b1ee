/** Where a report's addresses are relative to: absolute folders with a trailing slash, longest first. */
export type Roots = readonly string[]

/**
 * A file's address as every report of the same place writes it: percent-decoded, with forward slashes, without `file://`,
 * `./` and doubled slashes, relative where it lies below one of the report's roots. Other schemes (`https://…`) stay.
 */
export function normalisePath(uri: string, roots: Roots): string {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]{1,20}):\/\//.exec(uri)
  if (scheme !== null && scheme[1]!.toLowerCase() !== 'file') return uri
  let path = scheme === null ? uri : uri.slice(scheme[0].length)
  // file://host/path and file:///C:/path
  if (scheme !== null && !path.startsWith('/')) path = path.slice(Math.max(path.indexOf('/'), 0))
  else if (scheme === null && /^file:\//i.test(path)) path = path.slice(5)
  path = decode(path).replaceAll('\\', '/')
  if (/^\/[A-Za-z]:\//.test(path)) path = path.slice(1)
  path = clean(path)
  for (const root of roots) if (path.startsWith(root) && path.length > root.length) return path.slice(root.length)
  return path
}

/** A folder's address as a root, or undefined where it is not absolute. */
export function rootOf(uri: string): string | undefined {
  const path = normalisePath(uri, [])
  if (!isAbsolute(path)) return undefined
  return path.endsWith('/') ? path : `${path}/`
}

/** Whether a path lies in a folder or is that file; `app` does not hold `apple/x`. */
export function isWithin(path: string, prefix: string): boolean {
  const at = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix
  return at === '' || at === '.' || path === at || path.startsWith(`${at}/`)
}

/**
 * A sender's relative scope as the report spells its files: where all of them are absolute and one lies in a folder of that
 * name, the folder's absolute path (`web` is `/srv/app/web`).
 */
export function resolveScope(scope: string, paths: readonly string[]): string {
  if (isAbsolute(scope) || paths.length === 0 || !paths.every(isAbsolute)) return scope
  const inner = `/${scope.endsWith('/') ? scope.slice(0, -1) : scope}/`
  for (const path of paths) {
    const at = path.indexOf(inner)
    const root = at < 0 ? undefined : path.slice(0, at + 1)
    if (root !== undefined && paths.every((p) => p.startsWith(root))) return root + scope
  }
  return scope
}

/** Whether an address names a file at all (and not a server or an image). */
export function isFile(path: string): boolean {
  return path !== '' && !/^[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\//.test(path)
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:\//.test(path)
}

function clean(path: string): string {
  const absolute = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '..' || !absolute) parts.push(part)
  }
  return (absolute ? '/' : '') + parts.join('/') + (path.endsWith('/') && parts.length > 0 ? '/' : '')
}

function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
