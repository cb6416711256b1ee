import { SignIn } from '../policies/index.ts'
import { createAuthHandler } from './http/auth.ts'
import { createExportHandler } from './http/exports.ts'
import { createGraphqlHandler } from './http/graphql.ts'
import type { Handler } from './http/handler.ts'
import { createRuleImportHandler } from './http/ruleImport.ts'
import { IncidentHub } from './incidentHub.ts'
import { createRuleCatalogue, type LiveRules } from './ruleCatalogue.ts'
import type { Services } from './services.ts'
import { Turns } from './turns.ts'

interface ApiOptions extends Omit<Services, 'hub' | 'turns' | 'signIn' | 'rules'> {
  readonly rules: LiveRules
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean
  /** Whether the console's port speaks TLS. */
  readonly secure: boolean
}

export interface Api {
  /** For `/graphql`. */
  readonly graphql: Handler
  /** For `/auth`. */
  readonly auth: Handler
  /** For `/export`. */
  readonly exports: Handler
  /** For `/rules/import`. */
  readonly ruleImport: Handler
  /** To be told of every incident opened or changed. */
  readonly hub: IncidentHub
}

/** The API of the console's port: pure handlers, wired by `app/`. */
export function createApi(options: ApiOptions): Api {
  const { introspection, secure, ...given } = options
  const hub = new IncidentHub()
  const services: Services = {
    ...given,
    hub,
    turns: new Turns(),
    signIn: new SignIn(given),
    rules: createRuleCatalogue(options.rules),
  }
  return {
    graphql: createGraphqlHandler(services, { introspection }),
    auth: createAuthHandler(services, { secure }),
    exports: createExportHandler(services),
    ruleImport: createRuleImportHandler(services),
    hub,
  }
}
