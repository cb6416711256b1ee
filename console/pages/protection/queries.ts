import { graphql, type ResultOf } from '../../graphql/graphql.ts'

export const SystemsQuery = graphql(`
  query Systems {
    systems {
      id name level informationLevel serviceLevel cloud operators
      unit { id name }
      summary { total compliant partly_compliant not_compliant not_applicable not_assessed proposals rate }
    }
  }
`)

export type SystemRow = ResultOf<typeof SystemsQuery>['systems'][number]

export const ChecklistQuery = graphql(`
  query Checklist($id: ID!) {
    system(id: $id) {
      id name level informationLevel serviceLevel canAssess
      summary { total compliant partly_compliant not_compliant not_applicable not_assessed proposals rate }
      checklist {
        id version
        item {
          id level part categoryZh categoryEn controlPointZh controlPointEn statementZh statementEn confidence hasCheck
        }
        result {
          value author at reason source evidenceDigest
          history { at author value reason source evidence { state digest } }
        }
        proposal { state digest why at query rowsSeen rows }
      }
    }
  }
`)

export type ChecklistSystem = NonNullable<ResultOf<typeof ChecklistQuery>['system']>
export type ChecklistRow = ChecklistSystem['checklist'][number]

export const SetResult = graphql(`
  mutation SetResult($systemId: ID!, $itemId: String!, $value: ResultValue!, $reason: String, $version: Int!) {
    setResult(systemId: $systemId, itemId: $itemId, value: $value, reason: $reason, version: $version) {
      __typename
      ... on ChecklistItem { id version }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const AcceptProposal = graphql(`
  mutation AcceptProposal($systemId: ID!, $itemId: String!, $digest: String!, $version: Int!) {
    acceptProposal(systemId: $systemId, itemId: $itemId, digest: $digest, version: $version) {
      __typename
      ... on ChecklistItem { id version }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const OverrideProposal = graphql(`
  mutation OverrideProposal($systemId: ID!, $itemId: String!, $value: ResultValue!, $reason: String!, $version: Int!) {
    overrideProposal(systemId: $systemId, itemId: $itemId, value: $value, reason: $reason, version: $version) {
      __typename
      ... on ChecklistItem { id version }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const RunCheck = graphql(`
  mutation RunCheck($systemId: ID!, $itemId: String!) {
    runCheck(systemId: $systemId, itemId: $itemId) {
      __typename
      ... on ChecklistItem { id version proposal { state digest } }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)
