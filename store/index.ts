export { type EventsOptions, openEvents } from './duckdb/openEvents.ts'
export { openQuarantine } from './spool/index.ts'
export { type DocumentsOptions, openDocuments } from './sqlite/openDocuments.ts'
