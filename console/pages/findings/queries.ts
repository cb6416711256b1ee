import { graphql, type ResultOf } from '../../graphql/graphql.ts'

export const FindingsQuery = graphql(`
  query Findings($query: String, $first: Int, $after: String) {
    findings(query: $query, first: $first, after: $after) {
      totalCount
      edges {
        node {
          id version title severity status scanner location description ruleId target context references
          firstSeen lastSeen canDecide
          decision { status by at reason until }
          system { id name }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export type FindingRow = ResultOf<typeof FindingsQuery>['findings']['edges'][number]['node']

export const FindingCountsQuery = graphql(`
  query FindingCounts { findingCounts { severity status count } }
`)

export const Decide = graphql(`
  mutation DecideFinding($id: ID!, $status: FindingStatus!, $reason: String!, $until: DateTime, $version: Int!) {
    decideFinding(id: $id, status: $status, reason: $reason, until: $until, version: $version) {
      __typename
      ... on Finding {
        id version title severity status scanner location description ruleId target context references
        firstSeen lastSeen canDecide
        decision { status by at reason until }
        system { id name }
      }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)
