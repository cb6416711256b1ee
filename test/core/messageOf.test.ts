import { describe, expect, it } from 'vitest'
import { messageOf } from '../../core/messages/errors.ts'

describe('the text of an error', () => {
  it('asks whether something else was meant in the reader’s language', () => {
    const details = { modifier: 'contians', hint: '; did you mean "contains"?' }
    expect(messageOf('SIG-014', details, 'zh')).toBe('修饰符 “contians” 不存在，是否指 “contains”？')
    expect(messageOf('SIG-014', details, 'en')).toBe('There is no modifier "contians"; did you mean "contains"?')
    expect(messageOf('SIG-014', { ...details, hint: '' }, 'zh')).toBe('修饰符 “contians” 不存在。')
    expect(messageOf('SIG-014', { ...details, hint: '' }, 'en')).toBe('There is no modifier "contians".')
  })
})
