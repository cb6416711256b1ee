import { hash, verify } from '@node-rs/argon2'
import { AppError } from '../core/errors.ts'

const PASSWORD_MIN = 12
const PASSWORD_MAX = 256

/** argon2id (the library's default algorithm), 19 MiB, two passes. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Hashes computed side by side, and how many more may wait: beyond, sign-in answers "later" and does not pile up. */
const WIDTH = 2
const WAITING = 64

let running = 0
const queue: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= WIDTH) {
    if (queue.length >= WAITING) throw new AppError('ACC-002', { until: new Date(Date.now() + 10_000).toISOString() })
    await new Promise<void>((go) => queue.push(go))
  } else running++
  try {
    return await work()
  } finally {
    const next = queue.shift()
    if (next === undefined) running--
    else next()
  }
}

const normal = (password: string): string => password.normalize('NFKC')

/** Hashes a new password; ACC-006 where it is too short, DOC-400 where it is longer than any person's. */
export async function hashPassword(password: string): Promise<string> {
  if ([...password].length < PASSWORD_MIN) throw new AppError('ACC-006', { min: PASSWORD_MIN })
  if (password.length > PASSWORD_MAX) throw new AppError('ACC-012', { max: PASSWORD_MAX })
  return inTurn(() => hash(normal(password), COST))
}

let decoy: Promise<string> | undefined

/** Whether the password fits the hash. Without a hash it takes the same time and says no. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hash('no account has this password', COST)
  const against = passwordHash ?? (await decoy)
  if (password.length > PASSWORD_MAX) return false
  const fits = await inTurn(() => verify(against, normal(password)))
  return fits && passwordHash !== null
}
