import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { apiSchema } from '../../api/schema/index.ts'

/** Values for required arguments and pages, by `field.argument` or argument. */
type Args = Readonly<Record<string, unknown>>

const PAGE = 10

/** Every query of the schema, as its name and a selection of everything below it. */
export function queries(): readonly { readonly name: string; readonly text: (args?: Args) => string }[] {
  const fields = Object.values(apiSchema().getQueryType()!.getFields())
  return fields.map((field) => ({ name: field.name, text: (args = {}) => `{ ${fieldText(field, args, [])} }` }))
}

/** The subscription's whole selection. */
export function subscriptionText(): string {
  const [field] = Object.values(apiSchema().getSubscriptionType()!.getFields())
  return `subscription { ${fieldText(field!, {}, [])} }`
}

/** Every field below a type, with the fields below each; a type inside itself is not gone into again. */
function fieldText(field: GraphQLField<unknown, unknown>, args: Args, above: readonly string[]): string {
  const given = field.args.flatMap((a) => {
    const value = a.name === 'first' ? PAGE : args[a.name]
    return value === undefined || (above.length > 0 && a.name !== 'first')
      ? []
      : [`${a.name}: ${JSON.stringify(value)}`]
  })
  const head = given.length === 0 ? field.name : `${field.name}(${given.join(', ')})`
  const type = getNamedType(field.type)
  if (isUnionType(type) || isInterfaceType(type)) throw new Error(`no query answers a union: ${field.name}`)
  if (!isObjectType(type)) return head
  if (above.includes(type.name)) return ''
  return `${head} { ${below(type, [...above, type.name])} }`
}

function below(type: GraphQLObjectType, above: readonly string[]): string {
  return Object.values(type.getFields())
    .map((f) => fieldText(f, {}, above))
    .filter((t) => t !== '')
    .join(' ')
}
