import { useSettings } from '../session/settings.ts'
import { en } from './en.ts'
import { zh } from './zh.ts'

/** The words of one language. */
export type Words = typeof zh

export type Language = 'zh' | 'en'

function wordsOf(language: Language): Words {
  return language === 'zh' ? zh : en
}

/** The words of the language that the reader chose. */
export function useWords(): Words {
  return wordsOf(useSettings().language)
}

/** Picks the text of the reader's language where the server sends both. */
export function useBoth(): (zhText: string, enText: string) => string {
  const { language } = useSettings()
  return (zhText, enText) => (language === 'zh' ? zhText || enText : enText || zhText)
}
