import { FIELDS } from '../../core/fields.ts'

/**
 * Which columns hold any value, and which of the catalogue's names stand in some event's `rest` as well. Searches leave
 * out the others. Only ever grows, and before the rows that need it can be seen.
 */
export class FieldUse {
  readonly #typed = new Set<string>()
  readonly #misfit = new Set<string>()
  /** What the table `fields` says. */
  readonly #stored = new Map<string, FieldRow>()

  /** Whether the column of that name holds any value. */
  isTyped(name: string): boolean {
    return this.#typed.has(name)
  }

  /** Whether that name, though of the catalogue, may stand in `rest`. */
  isMisfit(name: string): boolean {
    return this.#misfit.has(name)
  }

  /** Columns of which the table `fields` does not say that they hold a value. */
  get unstored(): readonly string[] {
    return FIELDS.map((f) => f.name).filter((n) => this.#stored.get(n)?.typed !== true)
  }

  /** Marks fields; returns the rows of `fields` that must be written for it. */
  add(typed: readonly string[], misfit: readonly string[]): readonly FieldRow[] {
    for (const n of typed) this.#typed.add(n)
    for (const n of misfit) this.#misfit.add(n)
    return [...new Set([...typed, ...misfit])]
      .map((name) => ({ name, typed: this.#typed.has(name), misfit: this.#misfit.has(name) }))
      .filter((row) => {
        const stored = this.#stored.get(row.name)
        return stored?.typed !== row.typed || stored.misfit !== row.misfit
      })
  }

  /** Rows that stand in the table `fields`. */
  stored(rows: readonly FieldRow[]): void {
    for (const row of rows) {
      this.#stored.set(row.name, row)
      if (row.typed) this.#typed.add(row.name)
      if (row.misfit) this.#misfit.add(row.name)
    }
  }
}

export interface FieldRow {
  readonly name: string
  readonly typed: boolean
  readonly misfit: boolean
}
