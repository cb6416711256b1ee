import type { Reservation } from '../../collectors/intake/index.ts'

/** Bytes of bodies that may be under way at once; beyond, requests wait for room before they are read. */
const ROOM = 64 << 20

interface Waiter {
  readonly bytes: number
  readonly who: string
  readonly grant: (got: boolean) => void
}

/**
 * The room for bodies under way. First come, first served; but no sender gets more than half of it (or one body), so that
 * one that announces much and sends nothing does not shut out the others.
 */
export class Room {
  readonly #size: number
  readonly #waiters: Waiter[] = []
  readonly #heldBy = new Map<string, number>()
  #used = 0

  constructor(size = ROOM) {
    this.#size = size
  }

  /** Room for `who` (a key's id); undefined where there was none within `ms`. */
  async reserve(bytes: number, ms: number, who: string): Promise<Reservation | undefined> {
    if (!(await this.#wait(bytes, ms, who))) return undefined
    let held = bytes
    return {
      grow: (more) => {
        if (this.#used + more > 2 * this.#size || this.#held(who) + more > this.#size) return false
        this.#take(who, more)
        held += more
        return true
      },
      release: () => {
        this.#take(who, -held)
        held = 0
        this.#serve()
      },
    }
  }

  #held(who: string): number {
    return this.#heldBy.get(who) ?? 0
  }

  #take(who: string, bytes: number): void {
    this.#used += bytes
    const held = this.#held(who) + bytes
    if (held > 0) this.#heldBy.set(who, held)
    else this.#heldBy.delete(who)
  }

  #wait(bytes: number, ms: number, who: string): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        bytes,
        who,
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
      this.#serve()
    })
  }

  /** Who waits for his own bodies holds nobody up; who waits for the others' is next. */
  #serve(): void {
    for (let i = 0; i < this.#waiters.length; ) {
      const { bytes, who, grant } = this.#waiters[i]!
      const held = this.#held(who)
      if (held > 0 && held + bytes > this.#size / 2) i++
      else if (this.#used > 0 && this.#used + bytes > this.#size) return
      else {
        this.#waiters.splice(i, 1)
        this.#take(who, bytes)
        grant(true)
      }
    }
  }
}
