import { type ErrorCode, type Place, type Problem, problem } from '../core/errors.ts'
import { LEVELS, type Level } from '../core/model/index.ts'
import type { SigmaCorrelation } from './sigma/correlation.ts'
import { eachOnce } from './sigma/readCorrelation.ts'
import type { SigmaRule } from './sigma/types.ts'

/** A rule or correlation that a correlation refers to. */
export interface Reference {
  /** As written: an id or a name. */
  readonly reference: string
  readonly id: string
  readonly kind: 'rule' | 'correlation'
}

/** A correlation whose references are known. */
export interface LinkedCorrelation {
  readonly correlation: SigmaCorrelation & { readonly level: Level }
  /** In the order of `rules`. */
  readonly references: readonly Reference[]
  /** Alias to id of rule or correlation to field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Ids of the detection rules below it, through other correlations too. */
  readonly bases: readonly string[]
}

export interface Linked {
  /** Those that may run: each after what it refers to. */
  readonly correlations: readonly LinkedCorrelation[]
  /** Ids of rules and correlations that raise no signal: a correlation without `generate` refers to them. */
  readonly silent: ReadonlySet<string>
  readonly problems: readonly Problem[]
}

/** Correlations of correlations of … */
const DEEPEST = 20

type Target =
  | { readonly kind: 'rule'; readonly of: SigmaRule }
  | { readonly kind: 'correlation'; readonly of: SigmaCorrelation }

/** Looks up what correlations refer to. One that refers to nothing loaded, to several, or to itself in a circle is refused. */
export function linkCorrelations(rules: readonly SigmaRule[], correlations: readonly SigmaCorrelation[]): Linked {
  return new Linker(rules, correlations).link()
}

class Linker {
  readonly #targets = new Map<string, Set<Target['of']>>()
  readonly #kinds = new Map<Target['of'], Target>()
  readonly #correlations: readonly SigmaCorrelation[]
  readonly #linked = new Map<SigmaCorrelation, LinkedCorrelation | 'refused' | 'looking'>()
  readonly #levels = new Map<string, Level>()
  readonly #path: SigmaCorrelation[] = []
  readonly #problems: Problem[] = []

  constructor(rules: readonly SigmaRule[], correlations: readonly SigmaCorrelation[]) {
    this.#correlations = correlations
    for (const of of rules) this.#know({ kind: 'rule', of })
    for (const of of correlations) this.#know({ kind: 'correlation', of })
    for (const rule of rules) this.#levels.set(rule.id, rule.level)
  }

  link(): Linked {
    for (const c of this.#correlations) this.#visit(c)
    const correlations = [...this.#linked.values()].filter((l) => typeof l === 'object')
    const silent = new Set<string>()
    for (const { correlation, references } of correlations)
      if (!correlation.generate) for (const { id } of references) silent.add(id)
    return { correlations, silent, problems: this.#problems }
  }

  #know(target: Target): void {
    this.#kinds.set(target.of, target)
    for (const reference of [target.of.id, target.of.name]) {
      if (reference === undefined) continue
      const known = this.#targets.get(reference)
      if (known === undefined) this.#targets.set(reference, new Set([target.of]))
      else known.add(target.of)
    }
  }

  #visit(correlation: SigmaCorrelation): LinkedCorrelation | undefined {
    const known = this.#linked.get(correlation)
    if (known !== undefined) return typeof known === 'object' ? known : undefined
    this.#linked.set(correlation, 'looking')
    this.#path.push(correlation)
    const references: Reference[] = []
    const bases = new Set<string>()
    for (const [i, reference] of correlation.rules.entries()) {
      const target = this.#target(reference, correlation.places[i]!)
      if (target === undefined) continue
      references.push({ reference, id: target.of.id, kind: target.kind })
      const inner = target.kind === 'rule' ? [target.of.id] : (this.#visited(target.of)?.bases ?? [])
      for (const base of inner) bases.add(base)
    }
    this.#path.pop()
    // Again at the end: so that it stands after what it refers to.
    this.#linked.delete(correlation)
    const whole = references.length === correlation.rules.length && !this.#isTwice(correlation, references)
    const aliases = whole ? this.#aliases(correlation, references) : undefined
    if (aliases === undefined) {
      this.#linked.set(correlation, 'refused')
      return undefined
    }
    const level = correlation.level ?? highest(references.map(({ id }) => this.#levels.get(id) ?? 'medium'))
    this.#levels.set(correlation.id, level)
    const linked: LinkedCorrelation = { correlation: { ...correlation, level }, references, aliases, bases: [...bases] }
    this.#linked.set(correlation, linked)
    return linked
  }

  #visited(correlation: SigmaCorrelation): LinkedCorrelation | undefined {
    const linked = this.#linked.get(correlation)
    return typeof linked === 'object' ? linked : undefined
  }

  /** What a reference means; undefined, and a problem, where it cannot be used. */
  #target(reference: string, place: Place): Target | undefined {
    const refuse = (code: ErrorCode, details: Readonly<Record<string, string | number>>) =>
      void this.#problems.push(problem(code, details, place))
    const [of, ...others] = this.#targets.get(reference) ?? []
    if (of === undefined) {
      refuse('SIG-102', { rule: reference })
      return undefined
    }
    if (others.length > 0) {
      refuse('SIG-103', { rule: reference, ids: [of, ...others].map((t) => t.id).join(', ') })
      return undefined
    }
    const target = this.#kinds.get(of)!
    if (target.kind === 'rule') return target
    if (this.#linked.get(target.of) === 'looking') {
      const circle = [...this.#path.slice(this.#path.indexOf(target.of)), target.of]
      refuse('SIG-104', { circle: circle.map((c) => c.name ?? c.id).join(' → ') })
      return undefined
    }
    if (this.#path.length > DEEPEST) {
      refuse('SIG-022', { limit: DEEPEST })
      return undefined
    }
    if (this.#visit(target.of) !== undefined) return target
    refuse('SIG-102', { rule: reference })
    return undefined
  }

  #isTwice(correlation: SigmaCorrelation, references: readonly Reference[]): boolean {
    const at = references.findIndex((r, i) => references.some((other, j) => j < i && other.id === r.id))
    if (at < 0) return false
    const expected = eachOnce(references[at]!.reference)
    this.#problems.push(problem('SIG-004', { key: 'rules', expected }, correlation.places[at]!))
    return true
  }

  /** Aliases by ids; undefined, and a problem, where one names a rule that is not among the correlation's. */
  #aliases(correlation: SigmaCorrelation, references: readonly Reference[]): LinkedCorrelation['aliases'] | undefined {
    const aliases = new Map<string, ReadonlyMap<string, string>>()
    let valid = true
    for (const [alias, fields] of correlation.aliases) {
      const place = correlation.aliasPlaces.get(alias)!
      const byId = new Map<string, string>()
      aliases.set(alias, byId)
      for (const [rule, field] of fields) {
        const known = [...(this.#targets.get(rule) ?? [])].find((t) => references.some((r) => r.id === t.id))
        if (known !== undefined) byId.set(known.id, field)
        else {
          valid = false
          this.#problems.push(problem('SIG-108', { alias, rule }, place))
        }
      }
      for (const { id, reference } of references) {
        if (valid && !byId.has(id))
          this.#problems.push(problem('SIG-109', { alias, rule: reference }, place, 'warning'))
      }
    }
    return valid ? aliases : undefined
  }
}

function highest(levels: readonly Level[]): Level {
  return LEVELS.find((level) => levels.includes(level)) ?? 'medium'
}
