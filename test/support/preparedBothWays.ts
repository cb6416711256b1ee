import { expect } from 'vitest'
import type { Normalise, Origin } from '../../collectors/contract.ts'
import { createNormaliser, PlainLines } from '../../collectors/index.ts'
import { LineBuffer, numberLine, prepare } from '../../collectors/intake/index.ts'
import type { EstateSnapshot } from '../../core/model/index.ts'
import { createDetector, createLineExaminer, createMatcher } from '../../detection/index.ts'
import type { Matchable } from '../../detection/matcher/classes.ts'

const ID = '0123456789abcdef0123456789abcdef'
const RULE = { signals: true, field: () => [], sidecar: undefined } as const

export const ORIGIN: Origin = {
  keyId: 'k',
  sourceId: 'http:k',
  unitId: 'root',
  systemId: null,
  receivedAt: Date.UTC(2026, 10, 24, 6),
  address: '192.0.2.9',
}

export interface BothWays {
  /**
   * Prepares a body with and without the way of plain lines, expects the same events and matches of both, and tells the
   * numbers of the lines that were plain.
   */
  compare(body: Buffer, origin?: Origin): readonly number[]
}

/** Two ways to prepare lines for these rules (of which none asks for what the platform adds): parsed, and as they come. */
export function bothWays(rules: readonly Matchable[] = [], estate: EstateSnapshot = NOTHING): BothWays {
  const detected = rules.map((r, i) => ({ ...RULE, ...r, rule: { id: String(i) } as never }))
  const lines = createLineExaminer(rules)
  expect(lines).toBeDefined()
  const detector = createDetector({
    rules: detected as never,
    lane: 3,
    shared: [],
    matcher: createMatcher(rules),
    lines,
  })
  const normalise = createNormaliser({ estate })
  const plain = new PlainLines(estate)
  return {
    compare(body, origin = ORIGIN) {
      const taken: number[] = []
      const watched = { ...how(plain, normalise), plain: watching(plain, taken) }
      const quick = prepared(body, origin, watched)
      const slow = prepared(body, origin, { ...how(plain, normalise), plain: undefined })
      expect(quick).toEqual(slow)
      const starts = lineStarts(body)
      return taken.map((from) => starts.indexOf(from))
    },
  }

  function how(some: PlainLines, way: Normalise) {
    return { plain: some, normalise: way, detector, lane: 3 }
  }
}

const NOTHING: EstateSnapshot = { assets: [], datasets: [] }

/** The same reader, which notes where the lines begin that it takes. */
function watching(plain: PlainLines, taken: number[]): PlainLines {
  return new Proxy(plain, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown
      if (typeof value !== 'function') return value
      if (name !== 'take') return value.bind(target)
      return (from: number, ...rest: [number, Origin, number, LineBuffer]) => {
        const place = target.take(from, ...rest)
        if (place !== undefined) taken.push(from)
        return place
      }
    },
  })
}

function prepared(body: Buffer, origin: Origin, how: Omit<Parameters<typeof prepare>[1], 'into'>) {
  const into = new LineBuffer()
  into.text('before\n')
  const job = { kind: 'lines', body: new Uint8Array(body), gzip: false, origin, idempotencyKey: undefined } as const
  const { lines } = prepare(job, { ...how, into })
  for (const { place } of lines) numberLine(place, into, ID, 4711)
  const bytes = Buffer.from(into.slice(0, into.length))
  expect(bytes.toString('utf8', 0, 7)).toBe('before\n')
  let at = 7
  return lines.map(({ place, found, error, sourceId, lines: made }) => {
    expect(place.start).toBe(at)
    at = place.end
    const text = bytes.toString('utf8', place.start, place.end)
    expect(text.endsWith('}\n')).toBe(true)
    expect(/[\r\n]/.test(text.slice(0, -1))).toBe(false)
    expect(namesTwice(text)).toEqual([])
    const { ecs, rest } = found?.event ?? {}
    const event = JSON.parse(text) as { readonly rest: object }
    // Stores search the remainder as it is written.
    expect(text).toContain(`"rest":${JSON.stringify(event.rest)},"suidun"`)
    return { event, matches: found?.matches, found: { ecs, rest }, error, sourceId, made }
  })
}

/** Names that stand twice in an object of a JSON text: different readers read these differently. */
export function namesTwice(json: string): string[] {
  const found: string[] = []
  const seen: Set<string>[] = []
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}]/g)) {
    if (token === '{') seen.push(new Set())
    else if (token === '}') seen.pop()
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, -1).trimEnd()) as string
      if (seen.at(-1)!.has(name)) found.push(name)
      seen.at(-1)!.add(name)
    }
  }
  return found
}

function lineStarts(body: Buffer): number[] {
  const starts: number[] = []
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(10, at)
    const to = end < 0 ? body.length : end
    let from = at
    while (from < to && (body[from] === 32 || body[from] === 9)) from++
    starts.push(from)
    at = to + 1
  }
  return starts
}
