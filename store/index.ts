export { type EventsOptions, openEvents } from './duckdb/openEvents.ts'
export { type ElasticsearchOptions, openElasticsearchEvents } from './elasticsearch/openElasticsearchEvents.ts'
export { openQuarantine } from './spool/index.ts'
export { type DocumentsOptions, openDocuments } from './sqlite/openDocuments.ts'
