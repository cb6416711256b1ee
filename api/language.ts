import type { Language } from './services.ts'

/** The language that a browser prefers (`Accept-Language`); English where it names neither. */
export function preferredLanguage(header: string | null | undefined): Language {
  let best: { readonly language: Language; readonly quality: number } | undefined
  for (const part of (header ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...params] = part.trim().toLowerCase().split(';')
    const language = /^(zh|en)(-|$)/.exec(tag)?.[1] as Language | undefined
    const q = params.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((v) => v !== undefined)
    const quality = q === undefined ? 1 : Number(q)
    if (language !== undefined && quality > 0 && quality > (best?.quality ?? 0)) best = { language, quality }
  }
  return best?.language ?? 'en'
}
