import { useEffect, useRef } from 'react'

/** Does something again and again while `on`, the next time only after the last is done; not while the page is hidden. */
export function useEvery(ms: number, act: () => Promise<unknown> | undefined, on: boolean): void {
  const latest = useRef(act)
  latest.current = act
  useEffect(() => {
    if (!on) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const again = async () => {
      if (!document.hidden) await latest.current()
      if (!over) timer = setTimeout(again, ms)
    }
    timer = setTimeout(again, ms)
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [ms, on])
}
