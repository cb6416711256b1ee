/** What was opened and must be closed, in reverse order; one that fails does not keep the others from closing. */
export class Closing {
  readonly #steps: { readonly name: string; readonly close: () => Promise<void> | void }[] = []

  /** Remembers how to close what was just opened. */
  add<T>(name: string, opened: T, close: (opened: T) => Promise<void> | void): T {
    this.#steps.push({ name, close: () => close(opened) })
    return opened
  }

  async close(onError: (name: string, error: unknown) => void): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.close()
      } catch (error) {
        onError(step.name, error)
      }
    }
  }
}
