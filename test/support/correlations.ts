import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Ids of the rules that `writeCorrelations` writes. */
export const FAILED = 'aaaaaaaa-0000-4000-8000-000000000001'
export const SUCCEEDED = 'aaaaaaaa-0000-4000-8000-000000000002'
export const GUESSING = 'aaaaaaaa-0000-4000-8000-000000000003'
export const SPRAYING = 'aaaaaaaa-0000-4000-8000-000000000004'
export const GUESSED = 'aaaaaaaa-0000-4000-8000-000000000005'

const base = (id: string, name: string, outcome: string) => `title: Sign-in ${name}
id: ${id}
name: ${name}
status: test
level: low
logsource: { product: any }
detection:
  selection:
    event.action: sign-in
    event.outcome: ${outcome}
  condition: selection
`

const correlation = (id: string, title: string, text: string) => `title: ${title}
id: ${id}
status: test
level: high
correlation:
${text}`

/**
 * A folder of rules: two that match sign-ins and raise nothing of their own, and three that put them together: five
 * failures of a user in ten minutes, four users from one address in ten minutes, a success after a failure.
 */
export function writeCorrelations(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const files = {
    failed: base(FAILED, 'failed', 'failure'),
    succeeded: base(SUCCEEDED, 'succeeded', 'success'),
    guessing: correlation(
      GUESSING,
      'Guessing',
      `  type: event_count
  rules: [failed]
  group-by: [user.name]
  timespan: 10m
  condition: { gte: 5 }
`,
    ),
    spraying: correlation(
      SPRAYING,
      'Spraying',
      `  type: value_count
  rules: [failed]
  group-by: [source.ip]
  timespan: 10m
  condition: { field: user.name, gte: 4 }
`,
    ),
    guessed: correlation(
      GUESSED,
      'Guessed',
      `  type: temporal_ordered
  rules: [failed, succeeded]
  group-by: [user.name, source.ip]
  timespan: 5m
`,
    ),
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.yml`), text)
  return folder
}

/** A sign-in as an application logs it. */
export function signIn(user: string, ip: string, outcome: 'failure' | 'success', at: number): string {
  return JSON.stringify({
    '@timestamp': new Date(at).toISOString(),
    event: { action: 'sign-in', outcome },
    user: { name: user },
    source: { ip },
    message: `${user} from ${ip}: ${outcome}`,
  })
}
