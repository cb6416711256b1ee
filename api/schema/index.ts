import './account.ts'
import './audit.ts'
import './checklist.ts'
import './collector.ts'
import './event.ts'
import './explanation.ts'
import './finding.ts'
import './grant.ts'
import './hunt.ts'
import './incident.ts'
import './incidentChanged.ts'
import './incidentChanges.ts'
import './key.ts'
import './me.ts'
import './person.ts'
import './rule.ts'
import './ruleChanges.ts'
import './ruleException.ts'
import './ruleFile.ts'
import './ruleProblem.ts'
import './run.ts'
import './setup.ts'
import './signal.ts'
import './system.ts'
import './unit.ts'
import type { GraphQLSchema } from 'graphql'
import { builder } from './builder.ts'

let built: GraphQLSchema | undefined

/** The whole schema; built on first use. */
export function apiSchema(): GraphQLSchema {
  built ??= builder.toSchema()
  return built
}
