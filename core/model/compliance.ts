/** An item (测评项) of a framework, e.g. 8.1.4.3.a of GB/T 22239-2019. Statements are paraphrases. */
export interface Item {
  readonly id: string
  readonly level: number
  readonly part: 'general' | 'cloud'
  readonly categoryZh: string
  readonly categoryEn: string
  readonly controlPointZh: string
  readonly controlPointEn: string
  readonly statementZh: string
  readonly statementEn: string
  readonly confidence: 'high' | 'medium' | 'low' | 'memory'
}

export type ResultValue = 'compliant' | 'partly_compliant' | 'not_compliant' | 'not_applicable' | 'not_assessed'
export type CheckState = 'holds' | 'fails' | 'cannot_tell'

/** What a check found, when, and what it rests on. */
export interface CheckRun {
  readonly state: CheckState
  /** Message key and values: why, for people (core/messages). */
  readonly why: { readonly key: string; readonly values: Readonly<Record<string, string | number>> }
  readonly at: string
  /** The question asked, as text a person can read and repeat (KQL and time range, or the findings filter). */
  readonly query: string
  /** How many rows were looked at, and up to 50 of them (short). */
  readonly rowsSeen: number
  readonly rows: readonly Readonly<Record<string, string | number | null>>[]
  /** SHA-256 of the canonical JSON of query and rows, with its algorithm: `sha-256:<hex>`. */
  readonly digest: string
}

/** The state of one item of one system. Document id = `<system id>/<item id>`. History is append-only. */
export interface ItemResult {
  readonly kind: 'result'
  readonly unitId: string
  readonly systemId: string
  readonly itemId: string
  readonly value: ResultValue
  readonly author: { readonly id: string; readonly name: string } | null
  readonly at: string | null
  readonly reason: string | null
  /** Whether the value came from accepting or overriding a proposal. */
  readonly source: 'person' | 'accepted' | 'overridden' | null
  /** The latest run of the item's check, if it has one. */
  readonly proposal: CheckRun | null
  /** The digest of the evidence the current value rests on. */
  readonly evidenceDigest: string | null
  readonly history: readonly {
    readonly at: string
    readonly author: { readonly id: string; readonly name: string }
    readonly value: ResultValue
    readonly reason: string | null
    readonly source: 'person' | 'accepted' | 'overridden'
    readonly evidence: CheckRun | null
  }[]
}
