import { graphql, type ResultOf } from '../../graphql/graphql.ts'

export const AccountsQuery = graphql(`
  query Accounts { accounts { id name displayName role partyId disabled setUp unit { id name } } }
`)

export type AccountRow = ResultOf<typeof AccountsQuery>['accounts'][number]

export const UnitsQuery = graphql(`
  query Units { units { id name kind code parentId } }
`)

export type UnitRow = ResultOf<typeof UnitsQuery>['units'][number]

export const CreateAccount = graphql(`
  mutation CreateAccount($name: String!, $displayName: String!, $role: Role!, $unitId: ID) {
    createAccount(name: $name, displayName: $displayName, role: $role, unitId: $unitId) {
      __typename
      ... on AccountCreated { account { id name } link }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const CreateGrant = graphql(`
  mutation CreateGrant($accountId: ID!, $datasetId: ID, $systemId: ID, $reason: String!, $until: DateTime!) {
    createGrant(accountId: $accountId, datasetId: $datasetId, systemId: $systemId, reason: $reason, until: $until) {
      __typename
      ... on GrantInfo { id }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const KeysQuery = graphql(`
  query Keys { keys { id name unitId systemId scopes createdAt revokedAt } units { id name } }
`)

export type KeyRow = ResultOf<typeof KeysQuery>['keys'][number]

export const CreateKey = graphql(`
  mutation CreateKey($name: String!, $unitId: ID, $systemId: ID, $scopes: [String!]!) {
    createKey(name: $name, unitId: $unitId, systemId: $systemId, scopes: $scopes) {
      __typename
      ... on KeyCreated { key { id name } secret }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const RevokeKey = graphql(`
  mutation RevokeKey($id: ID!) {
    revokeKey(id: $id) {
      __typename
      ... on KeyInfo { id revokedAt }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const NameCity = graphql(`
  mutation NameCity($cityName: String!, $cityCode: String!) {
    nameCity(cityName: $cityName, cityCode: $cityCode) {
      __typename
      ... on Units { units { id name kind code parentId } }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)

export const AddUnits = graphql(`
  mutation AddUnits($lines: String!) {
    addUnits(lines: $lines) {
      __typename
      ... on Units { units { id name kind code parentId } }
      ... on Error { code message }
      ... on Invalid { problems { line column code message } }
    }
  }
`)
