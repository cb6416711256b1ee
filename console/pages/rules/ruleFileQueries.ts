import { graphql } from '../../graphql/graphql.ts'

export const RuleFileQuery = graphql(`
  query RuleFile($name: String!) {
    canChangeRules
    ruleFile(name: $name) { name text at by }
  }
`)

export const RemoveRuleFile = graphql(`
  mutation RemoveRuleFile($name: String!) {
    removeRuleFile(name: $name) {
      __typename
      ... on RemovedFile { name removed }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)
