/** Finds in a line of JSON, without parsing it, the rules that may match it. Statuses and what they leave in memory: layout.ts. */
export interface Scan {
  /** Reads where the tables are; again when they have moved. */
  prepare(): void
  /** Walks the line that begins there and a line feed ends, then classifies and probes it. */
  scan(from: number): number
  /** Scans line after line before `end`, until one has candidates, is to be told of or needs help; its status, or END. */
  scanOn(from: number, end: number): number
  walk(from: number): number
  /** Goes on with a walked line. */
  classify(): number
  /** Probes with the plan that `PLAN` names, unless some values are odd for it. */
  probeOrTell(): number
  probe(): number
  /**
   * Writes what a string of ASCII that was walked reads as, folded if wanted, to where there is room for it and sixteen bytes
   * more; where that ends, 0 if it goes beyond ASCII.
   */
  readText(from: number, to: number, out: number, folded: boolean): number
}
