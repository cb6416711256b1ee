import { type ReactNode, useEffect } from 'react'
import { LanguageSwitch, ThemeSwitch } from '../../frame/Switches.tsx'
import { Logo } from '../../glyphs/Logo.tsx'
import { useWords } from '../../messages/index.ts'

/** The page before one is signed in: what this is for on one side, a form on the other. */
export function Welcome({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const words = useWords()
  useEffect(() => {
    document.title = `${title} · ${words.brand}`
  }, [title, words.brand])
  return (
    <div className="sd-welcome">
      <header className="sd-welcome-side">
        <p className="sd-welcome-brand">
          <Logo size={34} />
          {words.brand}
        </p>
        <p className="sd-welcome-question">
          {words.signIn.question1}
          <br />
          {words.signIn.question2}
          <small>{words.signIn.answer}</small>
        </p>
        <Ear />
      </header>
      <main className="sd-welcome-main" id="main">
        <div className="sd-welcome-top">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
        {children}
      </main>
    </div>
  )
}

/** An ear of grain in outline. */
function Ear() {
  const leaf = 'M0 0C-12 -58 -60 -88 -126 -98C-128 -48 -92 -14 0 0M-14 -10C-52 -32 -88 -62 -112 -84'
  return (
    <svg
      viewBox="0 0 290 860"
      fill="none"
      stroke="var(--sd-accent)"
      strokeOpacity="0.22"
      strokeWidth="2"
      aria-hidden="true"
    >
      <path d="M208 168C156 130 172 60 204 0C240 52 246 124 208 168ZM206 150L214 30" />
      {Array.from({ length: 9 }, (_, i) => 246 + i * 80).map((y, i) => (
        <g key={y} transform={`translate(${206 - i * 7} ${y})`}>
          <path d={leaf} />
          <path d={leaf} transform="scale(-1 1)" />
        </g>
      ))}
    </svg>
  )
}
