import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

interface Props extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly ref?: Ref<HTMLAnchorElement>
  /** Where it leads to is where one is: `page` in a menu or among views, `true` in a tree. */
  readonly current?: 'page' | 'true' | undefined
}

// The router would mark every link whose address begins like the present one; only its writer knows which is meant.
function Anchor({ current, 'aria-current': _, ...rest }: Props) {
  return <a {...rest} aria-current={current} />
}

/** A link to another address of the console. */
export const Go = createLink(Anchor)
