import type { DatabaseSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'
import type { Kind } from '../../core/model/index.ts'

/**
 * How a document's field stands in its table: a generated column that filters and sorts use. `level` is a severity and has
 * its rank beside it (`<name>#rank`, critical = 0). Columns are of fields that hold one value or nothing, never a list.
 */
export type ColumnType = 'text' | 'number' | 'boolean' | 'level'

/**
 * One step of the schema: new tables or new columns per kind (`name type`, `*` = indexed), then statements. A released
 * migration is never edited; a change is a further one.
 */
interface Migration {
  readonly columns: Partial<Record<Kind, string>>
  readonly statements: readonly string[]
}

const MIGRATIONS: readonly Migration[] = [
  {
    columns: {
      unit: 'name text | kind text | parentId text* | code text*',
      party: 'name text',
      system: 'unitId text* | name text | level number | cloud boolean | since text',
      asset: 'unitId text* | systemId text* | shared boolean',
      dataset: 'unitId text* | systemId text* | name text | dataClass text',
      account:
        'name text* | displayName text | role text* | unitId text* | partyId text | disabled boolean | setup.digest text*',
      key: 'name text | digest text* | unitId text* | systemId text | createdAt text | revokedAt text',
      session: 'accountId text* | createdAt text | expiresAt text*',
      grant:
        'accountId text* | unitId text* | what.dataset text | what.system text | from text | until text | revokedAt text',
      signal:
        'ruleId text* | level level* | unitId text* | systemId text* | entity text* | window text | count number | first text | last text* | storming boolean | incidentId text* | datasetId text | createdAt text*',
      incident:
        'number text* | title text | titleZh text | severity level* | status text* | unitId text* | systemId text* | entity text* | assigneeId text* | signalCount number | first text | last text* | createdAt text* | updatedAt text*',
      finding:
        'unitId text* | systemId text* | scanner text* | target text* | ruleId text | title text | severity level* | status text* | location text | path text | firstSeen text* | lastSeen text* | fixedAt text',
      scan: 'unitId text* | systemId text* | scanner text | target text* | scope text | format text | at text* | doubt text',
      result: 'unitId text* | systemId text* | itemId text* | value text | at text | source text | proposal.state text',
      setting: '',
      audit:
        'seq number | at text* | actor.kind text | actor.id text* | actor.name text | action text* | target.kind text | target.id text* | unitId text* | reason text',
    },
    statements: [
      'CREATE TABLE "#sequence" (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT',
      `CREATE TRIGGER "audit#keep" BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`,
      `CREATE TRIGGER "audit#stay" BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END`,
    ],
  },
  {
    columns: {
      ruleFile: 'name text* | unitId text* | at text*',
      ruleSwitch: 'on boolean | unitId text* | at text',
      exception: 'ruleId text* | unitId text* | ownerId text* | createdAt text* | until text* | endedAt text',
      suppression:
        'exceptionId text* | ruleId text* | unitId text* | systemId text | day text* | count number | last text*',
      run: 'purpose text | status text* | unitId text* | from text | to text | createdAt text*',
      epoch: 'at text*',
    },
    statements: [],
  },
  {
    columns: {},
    // For the incident that a signal joins: asked while detecting, so it must not grow with what an entity has been through.
    statements: ['CREATE INDEX "incident#join" ON incident (entity, unitId, systemId, status, last, first)'],
  },
]

/** The newest schema this program knows. */
const SCHEMA_VERSION = MIGRATIONS.length

/** Every column of every kind, over all migrations. */
export const COLUMNS: Readonly<Record<Kind, ReadonlyMap<string, ColumnType>>> = columnsOf(MIGRATIONS)

/** Whether the text is a kind of document that has a table. */
export function isKind(kind: string): kind is Kind {
  return Object.hasOwn(COLUMNS, kind)
}

/**
 * Brings the schema up to date inside one transaction, so that two processes may open at once. `onCreate` runs before a
 * new store is committed. A store of a newer program is refused with STO-501.
 */
export function migrate(db: DatabaseSync, onCreate: () => void): void {
  if (versionOf(db) === SCHEMA_VERSION) return
  db.exec('BEGIN IMMEDIATE')
  try {
    const found = versionOf(db)
    if (found > SCHEMA_VERSION) throw new AppError('STO-501', { found, known: SCHEMA_VERSION })
    const tables = new Set<string>()
    MIGRATIONS.forEach((migration, i) => {
      const statements = [...tableStatements(migration, tables), ...migration.statements]
      if (i >= found) for (const sql of statements) db.exec(sql)
    })
    if (found === 0) onCreate()
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    db.exec('COMMIT')
  } catch (error) {
    db.exec('ROLLBACK')
    throw error
  }
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version ?? 0)
}

/** The document stands last in its row: a scan that needs only columns does not read it. */
function tableStatements(migration: Migration, tables: Set<string>): string[] {
  return Object.entries(migration.columns).flatMap(([kind, spec]) => {
    const columns = parseColumns(spec)
    const indexes = columns.flatMap((c) =>
      c.indexed ? [indexOn(kind, c.type === 'level' ? `${c.name}#rank` : c.name)] : [],
    )
    if (tables.has(kind)) {
      const added = columns
        .flatMap((c) => definitions(c, 'VIRTUAL'))
        .map((d) => `ALTER TABLE "${kind}" ADD COLUMN ${d}`)
      return [...added, ...indexes]
    }
    tables.add(kind)
    const body = [
      'id TEXT PRIMARY KEY',
      'version INTEGER NOT NULL',
      ...columns.flatMap((c) => definitions(c, 'STORED')),
    ]
    return [`CREATE TABLE "${kind}" (${body.join(', ')}, doc TEXT NOT NULL) STRICT`, ...indexes]
  })
}

interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly indexed: boolean
}

function definitions(column: Column, how: 'STORED' | 'VIRTUAL'): string[] {
  const value = `json_extract(doc, '$.${column.name}')`
  const plain = `"${column.name}" ANY GENERATED ALWAYS AS (${value}) ${how}`
  if (column.type !== 'level') return [plain]
  const ranks = `CASE ${value} WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 WHEN 'info' THEN 4 END`
  return [plain, `"${column.name}#rank" ANY GENERATED ALWAYS AS (${ranks}) ${how}`]
}

function indexOn(kind: string, column: string): string {
  return `CREATE INDEX "${kind}#${column}" ON "${kind}" ("${column}", id)`
}

function parseColumns(spec: string): Column[] {
  return spec
    .split('|')
    .map((s) => s.trim())
    .filter((s) => s !== '')
    .map((s) => {
      const [name, type] = s.split(' ') as [string, string]
      return { name, type: type.replace('*', '') as ColumnType, indexed: type.endsWith('*') }
    })
}

function columnsOf(migrations: readonly Migration[]): Record<Kind, ReadonlyMap<string, ColumnType>> {
  const out: Record<string, Map<string, ColumnType>> = {}
  for (const migration of migrations) {
    for (const [kind, spec] of Object.entries(migration.columns)) {
      const of = out[kind] ?? new Map<string, ColumnType>()
      for (const column of parseColumns(spec)) of.set(column.name, column.type)
      out[kind] = of
    }
  }
  return out as Record<Kind, ReadonlyMap<string, ColumnType>>
}
