import { describe, expect, it } from 'vitest'
import { messageOf } from '../../core/messages/errors.ts'

const zh = (code: string, details: Record<string, string | number>) => messageOf(code, details, 'zh')

describe('the text of an error', () => {
  it('asks whether something else was meant in the reader’s language', () => {
    const details = { modifier: 'contians', hint: '; did you mean "contains"?' }
    expect(messageOf('SIG-014', details, 'zh')).toBe('修饰符 “contians” 不存在，是否指 “contains”？')
    expect(messageOf('SIG-014', details, 'en')).toBe('There is no modifier "contians"; did you mean "contains"?')
    expect(messageOf('SIG-014', { ...details, hint: '' }, 'zh')).toBe('修饰符 “contians” 不存在。')
    expect(messageOf('SIG-014', { ...details, hint: '' }, 'en')).toBe('There is no modifier "contians".')
  })

  it('says in Chinese what is wrong with a rule, a file and an archive', () => {
    expect(zh('SIG-004', { key: 'level', expected: 'one of low, medium, high' })).toBe(
      '“level” 应为 以下之一：low, medium, high。',
    )
    expect(zh('SIG-010', { found: 'end' })).toBe('条件在此处不应是 结尾。请写成 “selection and not filter” 的形式。')
    expect(zh('SIG-002', { problem: 'duplicated mapping key' })).toBe('不是有效的 YAML：同一个键写了两次。')
    expect(zh('SIG-080', { problem: '值班/a b.yml is not UTF-8' })).toBe(
      '无法导入：值班/a b.yml 不是 UTF-8 编码，请转换之后再导入。',
    )
    expect(zh('SIG-081', { problem: 'windows/x.yml is larger than 1 MiB' })).toBe(
      '一次导入的内容过多：windows/x.yml 超过 1 MiB。',
    )
    expect(zh('SIG-016', { value: '"a"', modifier: 'hour', expected: 'a whole number from 0 to 23' })).toBe(
      '值 "a" 与 “hour” 不符：0 至 23 的整数。',
    )
    expect(zh('SIG-015', { problem: '"cased" must come before "re"' })).toBe(
      '这些修饰符不能同用：“cased” 应写在 “re” 之前。',
    )
  })

  it('names things by words of the reader’s, and leaves alone what people wrote', () => {
    expect(zh('DOC-404', { kind: 'rule', id: 'x' })).toBe('没有此检测规则：x。')
    expect(zh('DOC-404', { kind: 'exception', id: 'x' })).toBe('没有此例外：x。')
    expect(messageOf('DOC-409', { kind: 'ruleSwitch', id: 'x' }, 'en')).toBe(
      'Changed by someone else meanwhile (rule switch x); load it again.',
    )
    expect(zh('SIG-011', { name: 'new' })).toContain('“new”')
    expect(zh('SIG-011', { name: 'end' })).toContain('“end”')
    expect(zh('INC-400', { from: 'new', to: 'closed' })).toBe('安全事件不能从“待研判”改为“已关闭”。')
  })
})
