import type { FieldRef } from '../core/event.ts'
import type { FieldMap } from '../core/mapFields.ts'
import type { Meaning, MeantPlace } from '../core/meaning.ts'
import type { PipelineSource } from './pipeline.ts'
import type { LogSource } from './sigma/types.ts'

/** Where the fields of rules of one log source stand, by these pipeline files. */
export function fieldPlaces(sources: readonly PipelineSource[], logsource: LogSource): FieldMap {
  const native = sources.flatMap((s) => s.native).map((n) => ofLogSource(n, logsource))
  const objects = sources.flatMap((s) => Object.entries(s.objects))
  const elsewhere = (name: string) =>
    objects.flatMap(([object, paths]) =>
      name === object || name.startsWith(`${object}.`) ? paths.map((p) => p + name.slice(object.length)) : [],
    )
  const nativePlaces = (name: string) => [...native.map((n) => ofName(n, name)), ...elsewhere(name), name]
  const resolved = (path: string) => (path[0] === '@' ? nativePlaces(path.slice(1)) : [path])
  /** In order; those of one rank count together. */
  const ranked = kept((name): readonly (readonly string[])[] => {
    const own = sources.flatMap((s) => (Object.hasOwn(s.fields, name) ? s.fields[name]! : []))
    return own.length === 0
      ? nativePlaces(name).map((p) => [p])
      : own.flatMap((p) => together(p.split(' + ').map(resolved)))
  })
  const field = kept((name): FieldRef => {
    const all = new Set(ranked(name).flat())
    all.delete(name)
    const [first = name, ...more] = [...all, name]
    return [first, ...more]
  })
  const each = kept((name): readonly FieldRef[] =>
    sources.flatMap((s) => (Object.hasOwn(s.each, name) ? s.each[name]! : [])).map((p) => [p]),
  )
  const also = kept((name): readonly string[] => {
    const paths = sources.flatMap((s) => (Object.hasOwn(s.also, name) ? s.also[name]! : []))
    return [
      ...new Set(
        paths.flatMap((p) => (p.endsWith('.*') ? resolved(p.slice(0, -2)).map((r) => `${r}.*`) : resolved(p))),
      ),
    ]
  })
  const meant = kept((name): readonly MeantPlace[] => {
    const meanings = new Map<string, Meaning[]>()
    const add = (place: string, more: readonly Meaning[]) =>
      void meanings.set(place, [...(meanings.get(place) ?? []), ...more])
    const beside = new Set(ranked(name).flatMap(([, ...others]) => others))
    for (const place of beside) add(place, [{ kind: 'same' }])
    for (const { values } of sources) {
      for (const [path, value] of Object.hasOwn(values, name) ? Object.entries(values[name]!) : [])
        for (const place of resolved(path)) add(place, meaningsOf(value))
    }
    const places = field(name)
    const others = each(name).map(([p]) => p)
    return [...meanings].map(([place, these]) => {
      const [head = place] = ranked(name).find((rank) => rank.includes(place)) ?? []
      const at = places.indexOf(head)
      const only = beside.has(place) || (at < 0 && !others.includes(place))
      return { name: place, after: places.slice(0, Math.max(at, 0)), only, meanings: these }
    })
  })
  return Object.assign(field, { each, also, meant })
}

/** The first places of each, the second ones, and so on. */
function together(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lists[0]!.map((_, i) => lists.flatMap((l) => l[i] ?? []))
}

/** What a file says of the values at a place: a table, or a text with the value in it. */
function meaningsOf(value: PipelineSource['values'][string][string]): readonly Meaning[] {
  if (typeof value === 'string') {
    const [before = '', form, after = ''] = value.split(/[{}]/)
    return form === 'value'
      ? [{ kind: 'text', before, after }]
      : [{ kind: 'hex', digits: form === 'hex8' ? 8 : 16, before, after }]
  }
  const words = new Map<string, string[]>()
  for (const [text, is] of Object.entries(value)) words.set(String(is), [...(words.get(String(is)) ?? []), text])
  return [...words].map(([is, of]) => ({ kind: 'word', of, is }))
}

function ofLogSource(path: string, { product, service }: LogSource): string {
  return path.replace('{product}', () => product ?? '').replace('{service}', () => service ?? '')
}

function ofName(path: string, name: string): string {
  return path.replace(/\{(name|first|upper|snake)\}/, (_, form) => FORMS[form as keyof typeof FORMS](name))
}

const FORMS = {
  name: (name: string) => name,
  first: (name: string) => name.slice(0, 1).toLowerCase() + name.slice(1),
  upper: (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1),
  snake: (name: string) => name.replace(/(?<=[a-z0-9])[A-Z]/g, '_$&').toLowerCase(),
}

/** The function, made to work out each answer once. */
function kept<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    const found = known.get(name) ?? make(name)
    known.set(name, found)
    return found
  }
}
