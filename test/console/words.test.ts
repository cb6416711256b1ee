import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as en from '../../console/messages/en/administration.ts'
import * as zh from '../../console/messages/zh/administration.ts'
import { AUDIT_ACTIONS } from '../../core/model/index.ts'

const MESSAGES = join(import.meta.dirname, '../../console/messages')

/** Every text of a language, with the file and line it stands on. */
function texts(language: string): readonly { readonly at: string; readonly text: string }[] {
  const folder = join(MESSAGES, language)
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .map((line, i) => ({ at: `${language}/${file}:${i + 1}`, text: line.replace(/\/\/.*|^\s*\/?\*.*/, '') })),
  )
}

const found = (language: string, pattern: RegExp) =>
  texts(language)
    .filter(({ text }) => pattern.test(text))
    .map(({ at, text }) => `${at} ${text.trim()}`)

describe('the console’s words', () => {
  it('say 事件 only in 安全事件', () => {
    expect(found('zh', /(?<!安全)事件/)).toEqual([])
  })

  it('say 隐患 only in 重大风险隐患', () => {
    expect(found('zh', /(?<!重大风险)隐患/)).toEqual([])
  })

  it('say 发现 as a noun only in 扫描发现', () => {
    expect(found('zh', /(?<!扫描|被|能|未|已)发现(?!于|了)/)).toEqual([])
  })

  it('name every button by verb and object, never 确定 alone', () => {
    expect(found('zh', /'确定'|'确认'|'提交'/)).toEqual([])
    expect(found('en', /'OK'|'Ok'|'Submit'/)).toEqual([])
  })

  it('call every act of the audit log by a name in both languages', () => {
    for (const words of [zh.audit, en.audit]) {
      const known: Readonly<Record<string, string>> = words.actions
      expect(AUDIT_ACTIONS.filter((action) => (known[action] ?? '') === '')).toEqual([])
      expect(Object.keys(known).filter((action) => !AUDIT_ACTIONS.some((a) => a === action))).toEqual([])
    }
  })

  it('hold no Chinese in English and no untranslated sentence in Chinese', () => {
    expect(found('en', /[\u4e00-\u9fff]/)).toEqual([])
    expect(found('zh', /'[A-Z][a-z]+ [a-z]+ [a-z]+/)).toEqual([])
  })
})
