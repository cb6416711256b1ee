import { graphql, type ResultOf } from '../../graphql/graphql.ts'
import { ExplanationParts } from '../../parts/explanation.ts'

export const QueueQuery = graphql(`
  query Queue($query: String, $status: [IncidentStatus!], $mine: Boolean, $first: Int, $after: String) {
    incidentQueue(query: $query, status: $status, mine: $mine, first: $first, after: $after) {
      totalCount
      edges {
        node {
          id version number title titleZh severity status entity signalCount createdAt updatedAt
          system { id name level }
          assignee { id displayName }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export type QueueRow = ResultOf<typeof QueueQuery>['incidentQueue']['edges'][number]['node']

export const CountsQuery = graphql(`
  query IncidentCounts {
    incidentCounts { new triage in_progress contained resolved closed false_positive mine open }
  }
`)

export const IncidentQuery = graphql(
  `
  query Incident($number: String!, $signals: Int, $after: String) {
    incident(number: $number) {
      id version number title titleZh severity status statusReason entity signalCount first last createdAt updatedAt
      system { id name level }
      unit { id name code }
      assignee { id displayName }
      severityWhy { ruleLevel ruleId raisedByLevel }
      allowedTransitions canAssign canComment
      timeline { at by type text signalId ruleTitle ruleTitleZh from to reason }
      signals(first: $signals, after: $after) {
        totalCount
        edges {
          node {
            id level entity count first last window storming unitId
            rule { id title titleZh description descriptionZh level condition tags canExcept }
            correlation { from to value condition group { name value } rules { id title titleZh } }
            evidence { id timestamp original ecs hidden }
            explanation { ...ExplanationParts }
            events { id }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`,
  [ExplanationParts],
)

export type IncidentDetail = NonNullable<ResultOf<typeof IncidentQuery>['incident']>
export type SignalDetail = IncidentDetail['signals']['edges'][number]['node']
export type TimelineStep = IncidentDetail['timeline'][number]

export const PeopleQuery = graphql(`
  query People { people { id name displayName } }
`)

export const Transition = graphql(`
  mutation TransitionIncident($number: String!, $to: IncidentStatus!, $reason: String, $version: Int!) {
    transitionIncident(number: $number, to: $to, reason: $reason, version: $version) {
      __typename
      ... on Incident { id number version status }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const Assign = graphql(`
  mutation AssignIncident($number: String!, $accountId: ID, $version: Int!) {
    assignIncident(number: $number, accountId: $accountId, version: $version) {
      __typename
      ... on Incident { id number version assignee { id displayName } }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const Comment = graphql(`
  mutation CommentIncident($number: String!, $text: String!) {
    commentIncident(number: $number, text: $text) {
      __typename
      ... on Incident { id number version }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)
