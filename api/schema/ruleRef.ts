import type { Level } from '../../core/model/index.ts'
import type { RuleView } from '../../detection/index.ts'
import { builder } from './builder.ts'

/** A rule, or what a signal kept of one: the rule itself may be gone, or not be the reader's to see. */
export interface RuleFace {
  readonly id: string
  readonly title: string
  readonly titleZh: string
  readonly level: Level
  readonly tags: readonly string[]
  readonly whole: RuleView | undefined
}

export const faceOf = (rule: RuleView): RuleFace => ({ ...rule, whole: rule })

/** A detection rule, as a type that others can name before its fields are there. */
export const Rule = builder.objectRef<RuleFace>('Rule')
