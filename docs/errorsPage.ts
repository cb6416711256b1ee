import { writeFileSync } from 'node:fs'
import { ERRORS, type ErrorCode } from '../core/errors.ts'
import { ERRORS_ZH } from '../core/messages/errors.ts'

const FAMILIES = {
  CFG: 'configuration',
  KQL: 'search text',
  QRY: 'search',
  SIG: 'Sigma',
  COL: 'intake',
  FND: 'findings',
  MLP: 'classified protection',
  ACC: 'access',
  DOC: 'documents',
  STO: 'storage',
  INV: 'inventory',
  INC: 'incidents',
}

const HEAD = `# Errors

Every error that a person or a machine can be given: what happened, and why or what next. Words in braces are filled in. A machine gets
\`{"code","message","place"}\` (intake) or \`extensions.code\` and typed errors (GraphQL), with the HTTP status shown. Written by
\`npm run docs\` from \`core/errors.ts\`.
`

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The page docs/errors.md, from the table of errors. */
export function errorsPage(): string {
  const sections = Object.entries(FAMILIES).map(([family, name]) => {
    const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((c) => c.startsWith(`${family}-`)).sort()
    const rows = codes.map(
      (c) => `| \`${c}\` | ${ERRORS[c].status} | ${cell(ERRORS[c].text)} | ${cell(ERRORS_ZH[c])} |\n`,
    )
    return `\n## ${family}: ${name}\n\n| code | status | English | 中文 |\n| --- | --- | --- | --- |\n${rows.join('')}`
  })
  return HEAD + sections.join('')
}

if (import.meta.main) writeFileSync(new URL('errors.md', import.meta.url), errorsPage())
