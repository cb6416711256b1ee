/** Stands for a name that the reader may not see. */
export const MASK = '***'

/** `field:***` for `field:value`. */
export function maskEntity(entity: string): string {
  const colon = entity.indexOf(':')
  return colon < 0 ? MASK : `${entity.slice(0, colon)}:${MASK}`
}
