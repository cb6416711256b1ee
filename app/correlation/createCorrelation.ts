import { createCorrelator, type LoadedCorrelation } from '../../detection/index.ts'
import type { CreateCorrelation } from './messages.ts'

/** The correlations that run, each after those that it is made of; plain data, so that it crosses threads. */
export type CorrelationRules = readonly LoadedCorrelation[]

/** The correlator of the platform. */
export const createCorrelation: CreateCorrelation = ({ rules, limits: { groups, hold, late }, from }) =>
  createCorrelator(rules, { groups, hold, late, snapshot: from })
