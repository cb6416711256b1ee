import { openLane } from '../../store/spool/index.ts'
import { spoolContract } from '../contract/spool.ts'

spoolContract('files', {
  open: (folder, clock, limits) => openLane(folder, { lane: 0, receiver: '00112233445566ff', clock, ...limits }),
})
