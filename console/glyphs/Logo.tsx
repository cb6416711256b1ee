/** The shield with the ear of grain (穗). Decoration: the name stands beside it. */
export function Logo({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <path
        d="M12 2 4 4.6v6.6c0 5 3.3 8.6 8 10.8 4.7-2.2 8-5.8 8-10.8V4.6Z"
        stroke="var(--sd-accent)"
        strokeWidth="1.8"
        strokeLinejoin="round"
      />
      <g stroke="var(--sd-gold)" fill="var(--sd-gold)" strokeWidth="1.1" strokeLinecap="round" strokeLinejoin="round">
        <path d="M12 18.5V8" fill="none" />
        <path d="M12 5.8q1.5 1.5 0 3.4-1.5-1.9 0-3.4Z" />
        <path d="M12 11.6q.3-2.5 3.2-2.9.2 2.7-3.2 2.9Zm0 0q-.3-2.5-3.2-2.9-.2 2.7 3.2 2.9Z" />
        <path d="M12 15.2q.3-2.5 3.2-2.9.2 2.7-3.2 2.9Zm0 0q-.3-2.5-3.2-2.9-.2 2.7 3.2 2.9Z" />
      </g>
    </svg>
  )
}
