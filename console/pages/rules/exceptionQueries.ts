import { graphql, type ResultOf } from '../../graphql/graphql.ts'

export const ExceptionsQuery = graphql(`
  query Exceptions($ruleId: ID, $active: Boolean, $first: Int, $after: String) {
    exceptions(ruleId: $ruleId, active: $active, first: $first, after: $after) {
      totalCount
      edges {
        node {
          id ruleId ruleTitle query reason owner createdAt until endedAt endedBy active canEnd actsOnImportant keptBack lastKeptBack recentEventIds
          unit { id name }
          rule { id title titleZh canExcept }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export type ExceptionRow = ResultOf<typeof ExceptionsQuery>['exceptions']['edges'][number]['node']

export const ExceptionPreviewQuery = graphql(`
  query ExceptionPreview($ruleId: ID!, $query: String!, $unitId: ID) {
    exceptionPreview(ruleId: $ruleId, query: $query, unitId: $unitId)
  }
`)

export const ExceptionUnitsQuery = graphql(`
  query ExceptionUnits { units { id name } }
`)

export const CreateException = graphql(`
  mutation CreateException($ruleId: ID!, $query: String!, $reason: String!, $until: DateTime!, $unitId: ID) {
    createException(ruleId: $ruleId, query: $query, reason: $reason, until: $until, unitId: $unitId) {
      __typename
      ... on RuleException { id }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const EndException = graphql(`
  mutation EndException($id: ID!) {
    endException(id: $id) {
      __typename
      ... on RuleException { id endedAt active }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)
