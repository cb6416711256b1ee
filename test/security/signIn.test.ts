import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { SignIn } from '../../policies/index.ts'
import { openWorld, PASSWORD, type World } from '../policies/support.ts'

let world: World
let service: SignIn
beforeEach(async () => {
  world = await openWorld({ offices: true })
  service = new SignIn(world.ctx)
})
afterEach(() => world.close())

async function attempt(name: string, password: string, address = '10.0.0.1'): Promise<string> {
  try {
    await service.signIn({ name, password, userAgent: 'test', address })
    return 'in'
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}
const atOnce = (name: string, count: number, password = 'not the password', address?: string) =>
  Promise.all(Array.from({ length: count }, (_, i) => attempt(name, `${password}${i}`, address)))

describe('passwords tried side by side', () => {
  it.each(['system.admin', 'nobody.at.all'])('count like those tried in turn: the fifth locks %s', async (name) => {
    const outcomes = await atOnce(name, 16)
    expect(outcomes.filter((o) => o === 'ACC-001')).toHaveLength(5)
    expect(outcomes.filter((o) => o === 'ACC-002')).toHaveLength(11)
    expect(await attempt(name, PASSWORD)).toBe('ACC-002')
    world.pass(15 * 60_000)
    expect(await attempt(name, PASSWORD)).toBe(name === 'system.admin' ? 'in' : 'ACC-001')
  })

  it('let nobody in once the name is locked, were the right one among them', async () => {
    const wrong = atOnce('system.admin', 12)
    const right = attempt('system.admin', PASSWORD)
    expect([(await wrong).includes('in'), await right]).toEqual([false, 'ACC-002'])
  })

  it('lock their address at the hundredth, whatever the names', async () => {
    for (let i = 0; i < 20; i++) await atOnce(`name${i}`, 6)
    expect(await attempt('system.admin', PASSWORD)).toBe('ACC-002')
    expect(await attempt('system.admin', PASSWORD, '10.0.0.2')).toBe('in')
  })
})

it('misses of long ago do not lock an address that many share', async () => {
  for (let i = 0; i < 99; i++) await attempt(`name${i}`, 'x'.repeat(300))
  world.pass(16 * 60_000)
  expect(await attempt('name', 'x'.repeat(300))).toBe('ACC-001')
  expect(await attempt('system.admin', PASSWORD)).toBe('in')
})
