export { type EventsOptions, openEvents } from './duckdb/openEvents.ts'
export { type DocumentsOptions, openDocuments } from './sqlite/openDocuments.ts'
