import { type ChildProcess, fork } from 'node:child_process'
import { Writable } from 'node:stream'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { expectShortRun } from '../app/shortRun.ts'
import { createAuditReader } from '../collectors/index.ts'
import { LineMatcher, loadPipelines, loadRules, matchFile, OWN_PIPELINES, OWN_RULES } from '../detection/index.ts'
import { backgroundLines, PUBLIC_RULES, regressionLines } from './eventLines.ts'

/**
 * `npm run bench:match`: the speed of matching as ratios to `JSON.parse` of the same lines in the same run, the public rules
 * loaded (ours, where they are absent). Covers are learnt from one half of the background; measured are the other half and
 * the regression events: one thread, processor time and time by the clock, rounds interleaved, medians; two threads against
 * two processes; loading; memory; and the whole process: `suidun match`, lines piped in, JSON out, which learns as it goes.
 */
const ROUNDS = 9
const WHOLE_ROUNDS = 5
const RULES = PUBLIC_RULES ?? OWN_RULES
const IGNORE = { matched() {}, refused() {} }

if (process.argv[2] === 'whole') await whole()
else if (!isMainThread || process.send !== undefined) await part()
else {
  oneThread()
  const threads = await together(startThread)
  const processes = await together(startProcess)
  const sum = (parts: readonly Part[], of: (p: Part) => number) => parts.reduce((n, p) => n + of(p), 0)
  const ratio = (of: (p: Part) => number) => (sum(threads, of) / sum(processes, of)).toFixed(2)
  console.log(
    `two threads: ${ratio((p) => p.perCpuSecond)} of two processes (by the clock ${ratio((p) => p.perSecond)}; ` +
      `${thousands(sum(threads, (p) => p.perSecond))} and ${thousands(sum(processes, (p) => p.perSecond))} lines/s)`,
  )
  const { lines } = halves()
  await wholeProcess('background', lines.measured, 20)
  const regression = regressionLines()
  if (regression.length > 0) await wholeProcess('regression', regression, 2_000)
}

function oneThread(): void {
  const began = cpu()
  const started = performance.now()
  const { rules } = loadRules([RULES], loadPipelines(OWN_PIPELINES).pipelines)
  const matcher = new LineMatcher(rules)
  console.log(
    `${rules.length} rules loaded and compiled in ${(performance.now() - started).toFixed(0)} ms (processor time ${((cpu() - began) / 1000).toFixed(0)} ms)`,
  )
  const { lines, sample } = halves()
  const learning = cpu()
  matcher.learn(sample)
  console.log(
    `learnt from ${lines.learnt.length} lines in ${((cpu() - learning) / 1000).toFixed(0)} ms of processor time`,
  )
  const background = measure('background', matcher, lines.measured, 1)
  const regression = regressionLines()
  if (regression.length > 0) measure('regression', matcher, regression, 100)
  console.log(`(a line of the background is parsed in ${background.toFixed(2)} µs)`)
}

function halves() {
  const all = backgroundLines()
  const learnt = all.filter((_, i) => i % 2 === 0)
  const measured = all.filter((_, i) => i % 2 === 1)
  return { lines: { learnt, measured }, sample: Buffer.from(learnt.join('\n')) }
}

/** Rounds of parsing and of matching, in turn; µs of a parse. */
function measure(name: string, matcher: LineMatcher, lines: readonly string[], times: number): number {
  const block = Buffer.from(lines.join('\n'))
  const parse = () => {
    for (let i = 0; i < times; i++) for (const line of lines) JSON.parse(line)
  }
  let hits = 0
  matcher.match(block, {
    ...IGNORE,
    matched(_, rules) {
      hits += rules.length
    },
  })
  const match = () => {
    for (let i = 0; i < times; i++) matcher.match(block, IGNORE)
  }
  const rounds = Array.from({ length: ROUNDS }, () => ({ parse: timed(parse), match: timed(match) })).slice(2)
  const n = lines.length * times
  const parsed = median(rounds.map((r) => r.parse.cpu)) / n
  console.log(
    `${name}: ${lines.length} lines of ${Math.round(block.length / lines.length)} bytes, ${(hits / lines.length).toFixed(4)} hits a line: ` +
      `${median(rounds.map((r) => r.parse.cpu / r.match.cpu)).toFixed(3)} of JSON.parse ` +
      `(by the clock ${median(rounds.map((r) => r.parse.clock / r.match.clock)).toFixed(3)}; ` +
      `${parsed.toFixed(2)} and ${(median(rounds.map((r) => r.match.cpu)) / n).toFixed(2)} µs a line)`,
  )
  return parsed
}

interface Part {
  /** Lines, by the clock and by the processor time of the thread. */
  readonly perSecond: number
  readonly perCpuSecond: number
}

/** One of two that match at the same time: says that it is ready, waits for the word, matches, tells. */
async function part(): Promise<void> {
  const say = (m: unknown) => (parentPort === null ? process.send!(m) : parentPort.postMessage(m))
  const told = () => new Promise((done) => (parentPort === null ? process : parentPort).once('message', done))
  const { rules } = loadRules([RULES], loadPipelines(OWN_PIPELINES).pipelines)
  const matcher = new LineMatcher(rules)
  let { lines, sample }: Partial<ReturnType<typeof halves>> = halves()
  matcher.learn(sample!)
  const block = Buffer.from(lines!.measured.join('\n'))
  const count = lines!.measured.length
  lines = undefined
  sample = undefined
  for (let i = 0; i < 5; i++) matcher.match(block, IGNORE)
  say('ready')
  await told()
  const [began, before] = [performance.now(), process.threadCpuUsage()]
  let matched = 0
  while (performance.now() - began < 4_000) {
    matcher.match(block, IGNORE)
    matched += count
  }
  const used = process.threadCpuUsage(before)
  const seconds = (performance.now() - began) / 1000
  say({ perSecond: matched / seconds, perCpuSecond: matched / ((used.user + used.system) / 1e6) } satisfies Part)
  await told()
  if (parentPort === null) process.disconnect()
  else parentPort.close()
}

type Started = Worker | ChildProcess

function startThread(): Started {
  return new Worker(new URL(import.meta.url))
}

function startProcess(): Started {
  return fork(import.meta.filename)
}

async function together(start: () => Started): Promise<readonly Part[]> {
  const both = [start(), start()]
  const next = (one: Started) => new Promise<unknown>((done) => one.once('message', done))
  const send = (one: Started) => (one instanceof Worker ? one.postMessage('on') : one.send('on'))
  await Promise.all(both.map(next))
  const told = both.map(next)
  for (const one of both) send(one)
  const parts = (await Promise.all(told)) as Part[]
  for (const one of both) send(one)
  return parts
}

/** What the command does, in a process of its own: lines come through a pipe, JSON goes out. */
async function whole(): Promise<void> {
  expectShortRun()
  const { pipelines } = loadPipelines(OWN_PIPELINES)
  let told = ''
  const stderr = new Writable({
    write(chunk, _, done) {
      told = (told + chunk).slice(-2_000)
      done()
    },
  })
  const parts = createAuditReader()
  await matchFile({ rules: [RULES], events: '-', pipelines, parts, stdin: 0, stdout: process.stdout, stderr })
  const { maxRSS } = process.resourceUsage()
  process.send!({
    cpu: cpu(),
    matching: Number(/matching ([\d.]+) s/.exec(told)?.[1]),
    resident: maxRSS / 1024,
  } satisfies Whole)
  process.disconnect()
}

interface Whole {
  /** Processor time of the process from its start, µs. */
  readonly cpu: number
  /** Seconds by the clock. */
  readonly matching: number
  /** MiB at most. */
  readonly resident: number
}

/** The command over so many repetitions of the lines, each time once more over none of them to know what starting costs; medians. */
async function wholeProcess(name: string, lines: readonly string[], times: number): Promise<void> {
  const repeats = Math.max(1, Math.round(20_000 / lines.length))
  const parse = () => {
    for (let i = 0; i < repeats; i++) for (const line of lines) JSON.parse(line)
  }
  const parses: { readonly cpu: number; readonly clock: number }[] = []
  const runs: { readonly starting: Whole; readonly all: Whole }[] = []
  for (let round = 0; round < WHOLE_ROUNDS; round++) {
    for (let i = 0; i < 5; i++) parses.push(timed(parse))
    runs.push({ starting: await runWhole(lines, 0), all: await runWhole(lines, times) })
  }
  const parsing = (of: 'cpu' | 'clock') => (median(parses.map((t) => t[of])) / repeats) * times
  const ofRuns = (of: (run: (typeof runs)[number]) => number) => median(runs.map(of))
  console.log(
    `suidun match, ${name}, ${lines.length * times} lines: ` +
      `${(parsing('cpu') / ofRuns(({ starting, all }) => all.cpu - starting.cpu)).toFixed(3)} of JSON.parse ` +
      `(by the clock ${(parsing('clock') / ofRuns(({ all }) => all.matching * 1e6)).toFixed(3)}; ` +
      `with start and loading ${(parsing('cpu') / ofRuns(({ all }) => all.cpu)).toFixed(3)}); ` +
      `at most ${Math.round(Math.max(...runs.map(({ all }) => all.resident)))} MiB resident`,
  )
}

async function runWhole(lines: readonly string[], times: number): Promise<Whole> {
  // Started as `bin/suidun.mjs` starts the command.
  const child = fork(import.meta.filename, ['whole'], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
    execArgv: ['--max-semi-space-size=4'],
  })
  const [stdin, stdout] = [child.stdin!, child.stdout!]
  stdout.resume()
  const told = new Promise<Whole>((done) => child.once('message', (m) => done(m as Whole)))
  const block = Buffer.from(`${lines.join('\n')}\n`)
  for (let i = 0; i < times; i++) if (!stdin.write(block)) await new Promise((done) => stdin.once('drain', done))
  stdin.end()
  return told
}

/** Microseconds. */
function timed(work: () => void): { readonly cpu: number; readonly clock: number } {
  const [began, started] = [cpu(), performance.now()]
  work()
  return { cpu: cpu() - began, clock: (performance.now() - started) * 1000 }
}

/** Processor time of this process so far, µs. */
function cpu(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!
}

function thousands(n: number): string {
  return Math.round(n).toLocaleString('en')
}
