import { AppError } from '../../core/errors.ts'

/** What fails is tried again so often, each time after twice as long, milliseconds. */
const TRIES = 8
const FIRST_WAIT = 250
const LONGEST_WAIT = 30_000

/**
 * Tries until it succeeds, or so often that a person is needed (some minutes). What is wrong by itself, or `final`, is not
 * tried again, nor anything once `signal` is aborted.
 */
export async function insist<T>(
  work: () => Promise<T>,
  options: { readonly signal?: AbortSignal; readonly final?: (error: unknown) => boolean } = {},
): Promise<T> {
  for (let tries = 1, wait = FIRST_WAIT; ; tries++, wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      return await work()
    } catch (error) {
      const hopeless = error instanceof AppError && error.status < 500
      if (hopeless || options.signal?.aborted === true || options.final?.(error) === true || tries >= TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
}
