import { Worker } from 'node:worker_threads'
import { AppError, type Problem } from '../../core/errors.ts'
import type { FoundFile, LoadedCorrelation, RuleSet, RuleView } from '../../detection/index.ts'
import type { LoadAnswer, LoadQuestion } from './messages.ts'
import { takeOver } from './portions.ts'

/** Loads all rules in a thread of its own. Rejects where it ends without an answer. */
export function loadSet(question: LoadQuestion): Promise<RuleSet> {
  return new Promise((resolve, reject) => {
    const rules: RuleView[] = []
    const correlations: LoadedCorrelation[] = []
    const problems: Problem[] = []
    const files = new Map<string, FoundFile>()
    const worker = new Worker(new URL('./loadThread.ts', import.meta.url), { workerData: question })
    takeOver(worker, (answer: LoadAnswer) => {
      if ('rules' in answer) rules.push(...answer.rules)
      else if ('correlations' in answer) correlations.push(...answer.correlations)
      else if ('problems' in answer) problems.push(...answer.problems)
      else if ('files' in answer) for (const f of answer.files) files.set(f.path, f)
      else if ('error' in answer) reject(new AppError(answer.error.code, { ...answer.error.details }))
      else resolve({ rules, correlations, problems, files, refused: answer.refused })
    })
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`the thread that loads rules ended with ${code}`)))
  })
}
