import { useWords } from '../../messages/index.ts'

/** A technique's number or a tactic's name out of a rule's tags; other tags are no one's technique. */
interface AttackTag {
  readonly tag: string
  readonly text: string
  readonly technique: boolean
}

const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/i

/** ATT&CK as people read it: techniques by number, tactics by name in the reader's language. */
export function useAttack(): (tags: readonly string[]) => readonly AttackTag[] {
  const { tactic } = useWords().rules
  return (tags) =>
    tags.flatMap((tag): readonly AttackTag[] => {
      const technique = TECHNIQUE.exec(tag)?.[1]
      if (technique !== undefined) return [{ tag, text: technique.toUpperCase(), technique: true }]
      const name = tag.startsWith('attack.') ? tactic[tag.slice(7).replaceAll('_', '-')] : undefined
      return name === undefined ? [] : [{ tag, text: name, technique: false }]
    })
}
