/** A single value of an event field. */
export type Scalar = string | number | boolean | null
/** What stands in a field: one value or, for multi-valued fields, several (in order, never nested). */
export type Value = Scalar | readonly Scalar[]

/**
 * A field of an event by its dotted ECS name. Several names are an ordered list of places for the same thing: the first
 * that is present wins, the same in every execution (design §4).
 */
export type FieldRef = readonly [string, ...string[]]

/**
 * How filters look into an event, whatever its shape: an event is a flat map from dotted name to value. Objects inside
 * objects become dotted names; a list of objects becomes, per leaf name, the list of its values (as Elasticsearch reads
 * them). A literal key `a.b` and a nested `{a: {b}}` are the same field; where both stand, both values count.
 */
export interface EventView {
  /** The value(s) of one dotted name; `undefined` if absent; a present null is `null`. */
  get(name: string): Value | undefined
  /** Calls `visit` for every (name, value), until it returns true. For keyword search. */
  some(visit: (name: string, value: Value) => boolean): boolean
}

/**
 * An event as it stands in the spool and in every store.
 * `ecs` holds only fields of the catalogue (`core/fields.ts`), nested, each exactly of its type (the normaliser
 * guarantees it); `rest` holds everything else, flat by dotted name, also values that did not fit their typed field.
 */
export interface StoredEvent {
  readonly ecs: EcsObject
  readonly rest: Readonly<Record<string, Value>>
}

export interface EcsObject {
  readonly [key: string]: Value | EcsObject
}
