import type { FramesJob } from '../intake/index.ts'

export type FrameBytes = Pick<FramesJob, 'bytes' | 'ends' | 'senders' | 'addresses'>

/** Messages of many senders gathered into buffers that can be transferred. */
export class FrameBatch {
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0
  #ends: number[] = []
  #senders: number[] = []
  readonly #addresses = new Map<string, number>()

  constructor(bytes = 64 << 10) {
    this.#bytes = new Uint8Array(bytes)
  }

  get bytes(): number {
    return this.#length
  }

  get messages(): number {
    return this.#ends.length
  }

  add(message: Uint8Array, address: string): void {
    if (this.#length + message.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + message.length))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(message, this.#length)
    this.#length += message.length
    let sender = this.#addresses.get(address)
    if (sender === undefined) {
      sender = this.#addresses.size
      this.#addresses.set(address, sender)
    }
    this.#ends.push(this.#length)
    this.#senders.push(sender)
  }

  finish(): FrameBytes {
    return {
      bytes: this.#bytes.subarray(0, this.#length),
      ends: Uint32Array.from(this.#ends),
      senders: Uint32Array.from(this.#senders),
      addresses: [...this.#addresses.keys()],
    }
  }
}
