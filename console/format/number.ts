import type { Language } from '../messages/index.ts'

const GROUPED = new Intl.NumberFormat('en-US')

/** 1,284. */
export function count(n: number): string {
  return GROUPED.format(n)
}

/** `1.26 亿` or `126 M` in prose; grouped digits below ten thousand. */
export function prose(n: number, language: Language): string {
  if (n < 10_000) return count(n)
  if (language === 'en')
    return `${short(n, n >= 1e9 ? 1e9 : n >= 1e6 ? 1e6 : 1e3)} ${n >= 1e9 ? 'G' : n >= 1e6 ? 'M' : 'k'}`
  return n >= 1e8 ? `${short(n, 1e8)} 亿` : `${short(n, 1e4)} 万`
}

function short(n: number, unit: number): string {
  const v = n / unit
  return v >= 100 ? v.toFixed(0) : v >= 10 ? v.toFixed(1) : v.toFixed(2)
}

/** `85.5%`; `100%` only where it is all. */
export function percent(share: number): string {
  if (share >= 1) return '100%'
  const p = Math.min(99.9, share * 100)
  return `${p.toFixed(1)}%`
}
