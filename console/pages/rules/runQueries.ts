import { graphql, type ResultOf } from '../../graphql/graphql.ts'

export const RunsQuery = graphql(`
  query Runs($first: Int, $after: String) {
    runs(first: $first, after: $after) {
      totalCount
      edges {
        node {
          id purpose from to status done total matched signals incidents problem by createdAt endedAt
          ruleCount
          rules(first: 1) { id title titleZh }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export type RunRow = ResultOf<typeof RunsQuery>['runs']['edges'][number]['node']

export const RunQuery = graphql(`
  query Run($id: ID!) {
    run(id: $id) {
      id purpose from to status done total matched signals incidents problem by createdAt endedAt
      ruleCount
      rules(first: 20) { id title titleZh level }
    }
  }
`)

export type RunDetail = NonNullable<ResultOf<typeof RunQuery>['run']>

export const GapsQuery = graphql(`
  query RuleGaps { ruleGaps { from to interrupted ruleCount ruleIds rules(first: 1) { id title titleZh } } }
`)

export type Gap = ResultOf<typeof GapsQuery>['ruleGaps'][number]

export const StartRun = graphql(`
  mutation StartRun($ruleIds: [ID!]!, $from: DateTime!, $to: DateTime!, $purpose: RunPurpose) {
    startRun(ruleIds: $ruleIds, from: $from, to: $to, purpose: $purpose) {
      __typename
      ... on RuleRun { id }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

/** What cancelling says of a run. */
export type CancelledRun = Pick<
  RunRow,
  'id' | 'status' | 'done' | 'total' | 'matched' | 'signals' | 'incidents' | 'endedAt'
>

export const CancelRun = graphql(`
  mutation CancelRun($id: ID!) {
    cancelRun(id: $id) {
      __typename
      ... on RuleRun { id status done total matched signals incidents endedAt }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)
