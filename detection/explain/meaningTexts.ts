import type { FieldMap } from '../../core/mapFields.ts'
import type { Meaning } from '../../core/meaning.ts'

/** What values of a rule's field mean where sources write them otherwise than rules do: `path: value = what it means`. */
export function meaningTexts(name: string, field: FieldMap): readonly string[] {
  return (field.meant?.(name) ?? []).flatMap((place) =>
    place.meanings.flatMap((m) => (m.kind === 'same' ? [] : [`${place.name}: ${meaningText(m)}`])),
  )
}

function meaningText(meaning: Exclude<Meaning, { kind: 'same' }>): string {
  switch (meaning.kind) {
    case 'word':
      return `${meaning.of.join(', ')} = ${meaning.is}`
    case 'text':
      return `{value} = ${meaning.before}{value}${meaning.after}`
    case 'hex':
      return `{value} = ${meaning.before}{hex${meaning.digits}}${meaning.after}`
  }
}
