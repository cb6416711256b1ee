import type { Reservation } from '../../collectors/intake/index.ts'

/** Bytes of bodies that may be under way at once; beyond, requests wait for room before they are read. */
const ROOM = 64 << 20

interface Waiter {
  readonly bytes: number
  readonly grant: (got: boolean) => void
}

/** The room for bodies under way. First come, first served. */
export class Room {
  readonly #size: number
  readonly #waiters: Waiter[] = []
  #used = 0

  constructor(size = ROOM) {
    this.#size = size
  }

  async reserve(bytes: number, ms: number): Promise<Reservation | undefined> {
    if (this.#waiters.length > 0 || !this.#fits(bytes)) {
      const got = await this.#wait(bytes, ms)
      if (!got) return undefined
    } else this.#used += bytes
    let held = bytes
    return {
      grow: (more) => {
        if (this.#used + more > 2 * this.#size) return false
        this.#used += more
        held += more
        return true
      },
      release: () => {
        this.#used -= held
        held = 0
        this.#serve()
      },
    }
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#size
  }

  #wait(bytes: number, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        bytes,
        grant: (got) => {
          clearTimeout(timer)
          resolve(got)
        },
      }
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1)
        waiter.grant(false)
        this.#serve()
      }, ms)
      this.#waiters.push(waiter)
    })
  }

  #serve(): void {
    for (let w = this.#waiters[0]; w !== undefined && this.#fits(w.bytes); w = this.#waiters[0]) {
      this.#waiters.shift()
      this.#used += w.bytes
      w.grant(true)
    }
  }
}
