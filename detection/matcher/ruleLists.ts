/** Puts a rule at the end of a list unless it is there: rules come in order, so one that was put already stands last. */
export function addRule(rules: number[], rule: number): void {
  if (rules.at(-1) !== rule) rules.push(rule)
}

/** The same of the list under a key. */
export function fileRule<K>(lists: Map<K, number[]>, key: K, rule: number): void {
  const rules = lists.get(key)
  if (rules === undefined) lists.set(key, [rule])
  else addRule(rules, rule)
}
