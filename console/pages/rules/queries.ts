import { graphql, type ResultOf } from '../../graphql/graphql.ts'

export const RulesQuery = graphql(`
  query Rules(
    $query: String, $origin: RuleOrigin, $level: [Severity!], $enabled: Boolean, $sort: RuleSort, $first: Int, $after: String
  ) {
    rules(query: $query, origin: $origin, level: $level, enabled: $enabled, sort: $sort, first: $first, after: $after) {
      totalCount
      edges {
        node {
          id title titleZh level kind origin enabled tags logsource hits lastSignal
          problems { severity }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export type RuleRow = ResultOf<typeof RulesQuery>['rules']['edges'][number]['node']

export const RuleCountsQuery = graphql(`
  query RuleCounts {
    canChangeRules
    rules(first: 0) { totalCount }
    ruleProblems(first: 0) { totalCount }
    exceptions(active: true, first: 0) { totalCount }
  }
`)

export const RuleQuery = graphql(`
  query Rule($id: ID!) {
    canChangeRules
    rule(id: $id) {
      id title titleZh description descriptionZh level kind status tags text condition hits
      origin enabled switchedBy switchedAt switchReason canExcept logsource author date references falsepositives file lastSignal
      problems { code message messageZh severity file line column ruleId }
      samples { name event mustMatch matches }
      correlates { id title titleZh level enabled }
      silent countedBy { id title titleZh level enabled }
      exceptions { active }
      filters
    }
  }
`)

export type RuleDetail = NonNullable<ResultOf<typeof RuleQuery>['rule']>

export const RuleSignalsQuery = graphql(`
  query RuleSignals($query: String!, $first: Int, $after: String) {
    signals(query: $query, first: $first, after: $after) {
      totalCount
      edges { node { id level entity count first last incidentNumber system { id name } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export type RuleSignalRow = ResultOf<typeof RuleSignalsQuery>['signals']['edges'][number]['node']

export const SwitchRule = graphql(`
  mutation SwitchRule($id: ID!, $on: Boolean!, $reason: String!) {
    switchRule(id: $id, on: $on, reason: $reason) {
      __typename
      ... on Rule { id enabled switchedBy switchReason }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const RuleProblemsQuery = graphql(`
  query RuleProblems($severity: ProblemSeverity, $first: Int, $after: String) {
    ruleProblems(severity: $severity, first: $first, after: $after) {
      totalCount
      edges { node { code message messageZh severity file line column ruleId } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export type ProblemRow = ResultOf<typeof RuleProblemsQuery>['ruleProblems']['edges'][number]['node']

export const HuntQuery = graphql(`
  query HuntRule($id: ID!, $query: String, $from: DateTime!, $to: DateTime!, $first: Int, $after: String) {
    huntRule(ruleId: $id, query: $query, from: $from, to: $to, first: $first, after: $after) {
      totalCount
      tookMs
      edges { node { id timestamp original ecs hidden } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
