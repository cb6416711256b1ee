import { graphql, type ResultOf } from '../../graphql/graphql.ts'

export const RulesQuery = graphql(`
  query Rules { rules(first: 1000) { totalCount edges { node { id title titleZh level status tags hits } } } }
`)

export type RuleRow = ResultOf<typeof RulesQuery>['rules']['edges'][number]['node']

export const RuleQuery = graphql(`
  query Rule($id: ID!, $signals: String!) {
    rule(id: $id) { id title titleZh description descriptionZh level status tags text source condition hits }
    signals(query: $signals, first: 20) {
      totalCount
      edges { node { id entity count first last system { id name } } }
    }
  }
`)
