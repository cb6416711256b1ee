import { graphql, type ResultOf } from '../../graphql/graphql.ts'

export const EventsQuery = graphql(`
  query Events($query: String, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
    events(query: $query, from: $from, to: $to, first: $first, after: $after) {
      totalCount tookMs
      edges { node { id timestamp original ecs hidden } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export type EventRow = ResultOf<typeof EventsQuery>['events']['edges'][number]['node']

export const HistogramQuery = graphql(`
  query EventHistogram($query: String, $from: DateTime!, $to: DateTime!, $buckets: Int) {
    eventHistogram(query: $query, from: $from, to: $to, buckets: $buckets) { step buckets { from count } }
  }
`)

export const TopQuery = graphql(`
  query EventTop($query: String, $from: DateTime, $to: DateTime, $field: String!) {
    eventTop(query: $query, from: $from, to: $to, field: $field, size: 5) { value count }
  }
`)
