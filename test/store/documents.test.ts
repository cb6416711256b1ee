import { join } from 'node:path'
import { openDocuments } from '../../store/index.ts'
import { documentStoreContract } from '../contract/document-store.ts'

documentStoreContract('SQLite', { open: (folder) => openDocuments({ path: join(folder, 'documents.db') }) })
