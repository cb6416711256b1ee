import { graphql, type ResultOf } from '../graphql/graphql.ts'
import { ExplanationParts } from './explanation.ts'

export const ExplainMatchQuery = graphql(
  `
  query ExplainMatch($ruleId: ID!, $eventId: ID!) {
    explainMatch(ruleId: $ruleId, eventId: $eventId) { otherExceptions ...ExplanationParts }
    rule(id: $ruleId) { kind enabled silent }
  }
`,
  [ExplanationParts],
)

export const FindRulesQuery = graphql(`
  query FindRules($query: String) {
    rules(query: $query, first: 8) { edges { node { id title titleZh level } } }
  }
`)

export const NamedRuleQuery = graphql(`
  query NamedRule($id: ID!) { rule(id: $id) { id title titleZh level } }
`)

export type NamedRule = ResultOf<typeof FindRulesQuery>['rules']['edges'][number]['node']

export const EventsAroundQuery = graphql(`
  query EventsAround($query: String, $from: DateTime, $to: DateTime) {
    events(query: $query, from: $from, to: $to, first: 30) { edges { node { id timestamp original } } }
  }
`)

export const OneEventQuery = graphql(`
  query OneEvent($id: ID!) { event(id: $id) { id timestamp original hidden } }
`)
