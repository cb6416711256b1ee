import * as at from '../layout'

// Where the tables are; read once, when they are complete, and again when one is replaced.
export let keys: usize = 0
export let keysMask: u32 = 0
export let known: usize = 0
export let nodeInfo: usize = 0
export let nodeSeen: usize = 0
export let slotFirst: usize = 0
export let slotLast: usize = 0
export let slotLine: usize = 0
export let slotField: usize = 0
export let values: usize = 0
export let valuesMask: u32 = 0
export let classes: usize = 0
export let classesMask: u32 = 0
export let stack: usize = 0
export let spans: usize = 0
export let present: usize = 0
export let found: usize = 0
export let ruleLine: usize = 0
export let pairs: usize = 0

export function prepare(): void {
  keys = load<u32>(at.KEYS)
  keysMask = load<u32>(at.KEYS_MASK)
  known = load<u32>(at.KNOWN)
  nodeInfo = load<u32>(at.NODE_INFO)
  nodeSeen = load<u32>(at.NODE_SEEN)
  slotFirst = load<u32>(at.SLOT_FIRST)
  slotLast = load<u32>(at.SLOT_LAST)
  slotLine = load<u32>(at.SLOT_LINE)
  slotField = load<u32>(at.SLOT_FIELD)
  values = load<u32>(at.VALUES)
  valuesMask = load<u32>(at.VALUES_MASK)
  classes = load<u32>(at.CLASSES)
  classesMask = load<u32>(at.CLASSES_MASK)
  stack = load<u32>(at.STACK)
  spans = load<u32>(at.SPANS)
  present = load<u32>(at.PRESENT)
  found = load<u32>(at.FOUND)
  ruleLine = load<u32>(at.RULE_LINE)
  pairs = load<u32>(at.PAIRS)
}
