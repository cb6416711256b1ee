import { hashOf, seedOf } from './hash.ts'
import * as at from './layout.ts'
import type { ScanMemory } from './memory.ts'

interface Node {
  readonly number: number
  readonly children: Map<string, Node>
  slot: number
}

/**
 * Writes the table by which the walk finds wanted names: from a node of the tree of names and a key to a node below. A key
 * may have dots in it and lead down several steps. The number of a name in the list is its slot.
 */
export function writeKeys(memory: ScanMemory, names: readonly string[]): void {
  const nodes: Node[] = []
  const grow = (): Node => {
    const made: Node = { number: nodes.length + at.ROOT, children: new Map(), slot: -1 }
    nodes.push(made)
    return made
  }
  const root = grow()
  for (const [slot, name] of names.entries()) {
    let node = root
    for (const part of name.split('.')) {
      const next = node.children.get(part) ?? grow()
      node.children.set(part, next)
      node = next
    }
    node.slot = slot
  }
  const entries = [...waysDown(root)]
  const size = 2 ** Math.ceil(Math.log2(entries.length * 2 + 2))
  const table = memory.allocate(size * at.KEY_SIZE)
  for (const { from, key, to } of entries) {
    const bytes = Buffer.from(key)
    const text = memory.copy(bytes)
    const hash = hashOf(memory.view, text, bytes.length, 0, seedOf(from))
    let i = hash & (size - 1)
    while (memory.word(table + i * at.KEY_SIZE) !== 0) i = (i + 1) & (size - 1)
    memory.words.set([to, hash, from, text, bytes.length], (table + i * at.KEY_SIZE) >>> 2)
  }
  const info = memory.allocate((nodes.length + at.ROOT) * 4)
  for (const { number, slot, children } of nodes)
    memory.setWord(info + number * 4, (slot + 1) | (children.size > 0 ? at.HAS_CHILDREN : 0))
  memory.setWord(at.KEYS, table)
  memory.setWord(at.KEYS_MASK, size - 1)
  memory.setWord(at.NODE_INFO, info)
  memory.setWord(at.NODES, nodes.length + at.ROOT)
  memory.setWord(at.KNOWN, memory.allocate((at.MOST_KNOWN + 1) * at.KNOWN_SIZE))
  memory.setWord(at.NODE_SEEN, memory.allocate((nodes.length + at.ROOT) * 4))
}

/** Every key that leads from a node to one below it. */
function* waysDown(from: Node): Generator<{ from: number; key: string; to: number }> {
  yield* waysFrom(from.number, '', from)
  for (const child of from.children.values()) yield* waysDown(child)
}

function* waysFrom(start: number, prefix: string, node: Node): Generator<{ from: number; key: string; to: number }> {
  for (const [part, child] of node.children) {
    yield { from: start, key: prefix + part, to: child.number }
    yield* waysFrom(start, `${prefix}${part}.`, child)
  }
}
