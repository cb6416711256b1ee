/**
 * Whether a text is an address of this console, from its root. Browsers read `\` like `/` and drop tabs and line ends before
 * they look: `/<tab>/elsewhere.example` would lead there.
 */
export function isOwnAddress(text: string): boolean {
  return /^\/(?![/\\])[^\p{Cc}]*$/u.test(text)
}
