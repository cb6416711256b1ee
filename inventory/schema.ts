import { z } from 'zod'
import { parseAddress, parseCidr } from '../core/address.ts'
import { parseInstant } from '../core/instant.ts'

/** Shapes of an inventory file, as people write it: what can be told from other entries may be left out. */

const MOST_PER_LIST = 20_000

const id = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'an id is 1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit',
  )
const name = z.string().trim().min(1, 'a name must not be empty').max(200, 'a name has at most 200 characters')
const level = z.int().min(1, 'a protection level is 1 to 5').max(5, 'a protection level is 1 to 5')
const instant = z
  .string()
  .refine((t) => parseInstant(t) !== undefined, 'not a time; write 2026-01-31 or 2026-01-31T08:00:00+08:00')
  .transform((t) => new Date(parseInstant(t)!).toISOString())
const address = z
  .string()
  .refine(
    (t) => (t.includes('/') ? parseCidr(t) : parseAddress(t)) !== undefined,
    'not an address or block; write 10.1.2.3 or 10.1.0.0/16',
  )

export const unitCode = z.string().regex(/^[A-Z]{1,8}$/, 'a code is 1 to 8 upper-case letters')
export const unitName = name
export const UNIT_KINDS = ['province', 'city', 'district', 'department', 'subunit'] as const

const unit = z.strictObject({ id, name, kind: z.enum(UNIT_KINDS), parentId: id.nullish(), code: unitCode })
const party = z.strictObject({
  id,
  name,
  operates: z.array(z.strictObject({ systemId: id, from: instant, until: instant.nullish() })).default([]),
})
const system = z
  .strictObject({
    id,
    unitId: id,
    name,
    level: level.optional(),
    informationLevel: level.optional(),
    serviceLevel: level.optional(),
    cloud: z.boolean().default(false),
    since: instant.nullish(),
  })
  .refine((s) => (s.level ?? s.informationLevel ?? s.serviceLevel) !== undefined, {
    path: ['level'],
    message: 'a system needs its level, or informationLevel and serviceLevel',
  })
const asset = z.strictObject({
  id,
  systemId: id,
  unitId: id.optional(),
  hostNames: z.array(z.string().trim().min(1).max(255)).default([]),
  addresses: z.array(address).default([]),
  shared: z.boolean().default(false),
})
const dataset = z.strictObject({
  id,
  systemId: id,
  unitId: id.optional(),
  name,
  dataClass: z.enum(['core', 'important', 'general']).nullish(),
  objects: z.array(z.string().trim().min(1).max(500)).default([]),
})

const list = <T extends z.ZodType>(of: T) =>
  z
    .array(of)
    .max(MOST_PER_LIST, `at most ${MOST_PER_LIST} entries`)
    .nullish()
    .transform((v) => v ?? [])

export const inventoryFile = z.strictObject({
  units: list(unit),
  parties: list(party),
  systems: list(system),
  assets: list(asset),
  datasets: list(dataset),
})

/** An inventory file after its shape was checked. */
export type InventoryFile = z.output<typeof inventoryFile>
