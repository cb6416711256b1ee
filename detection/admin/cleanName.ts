import { AppError } from '../../core/errors.ts'

const LONGEST = 300

/** Whether a name of an archive is that of a rule file; what only machines leave behind (`.git`, `__MACOSX`) is not. */
export function isRuleFile(name: string): boolean {
  return /\.ya?ml$/i.test(name) && !name.split(/[/\\]/).some((part) => /^\.[^./\\]/.test(part) || part === '__MACOSX')
}

/**
 * The name of a file within what is imported, with `/`. SIG-083 for one that points elsewhere (absolute, `..`) or cannot
 * be shown: nothing is ever written under it, but it stands in lists and problems.
 */
export function cleanName(given: string): string {
  const name = given.replaceAll('\\', '/').replace(/^(\.\/)+/, '')
  const refuse = (problem: string): never => {
    throw new AppError('SIG-083', { name: given.slice(0, 100).replaceAll(/\p{C}/gu, '?'), problem })
  }
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) refuse('it is absolute')
  const parts = name.split('/')
  if (parts.includes('..')) refuse('".." leads out of what is imported')
  if (parts.some((p) => p === '' || p === '.')) refuse('a part of it is empty')
  if (/\p{C}/u.test(name)) refuse('it holds control characters')
  if (name.length > LONGEST) refuse(`it is longer than ${LONGEST} characters`)
  if (!/\.ya?ml$/i.test(name)) refuse('it must end in .yml or .yaml')
  return name.normalize('NFC')
}
