export { type DocumentsOptions, openDocuments } from './sqlite/openDocuments.ts'
