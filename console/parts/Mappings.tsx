import { useWords } from '../messages/index.ts'
import type { Explanation } from './explanation.ts'

/** Where each field of a rule was looked for, and where it was found; folded away until asked for. */
export function Mappings({ of }: { readonly of: Explanation['mappings'] }) {
  const t = useWords().why
  if (of.length === 0) return null
  return (
    <details className="sd-mappings">
      <summary>{t.mappings}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.mappingName}</th>
            <th scope="col">{t.mappingPaths}</th>
            <th scope="col">{t.mappingUsed}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((m) => (
            <tr key={m.name}>
              <th scope="row" className="sd-mono">
                {m.name}
              </th>
              <td className="sd-mono">
                {m.paths.join(' → ')}
                {m.means.map((means) => (
                  <div key={means}>{means}</div>
                ))}
              </td>
              <td className="sd-mono">{m.used ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
