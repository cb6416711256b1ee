import { openEvents } from '../../store/index.ts'
import { eventStoreContract } from '../contract/event-store.ts'

eventStoreContract({
  name: 'DuckDB',
  open: (folder) => openEvents({ folder: `${folder}/events`, segments: [folder], clock: Date.now, tell: () => {} }),
  differences: {},
})
