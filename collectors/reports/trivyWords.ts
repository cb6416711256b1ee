import { collapse, steadyMessage } from './normaliseText.ts'

/** The parts of Trivy, as both of its report formats name them. */
const GROUPS: Readonly<Record<string, string>> = {
  misconfiguration: 'misconfiguration',
  config: 'misconfiguration',
  secret: 'secret',
  license: 'license',
  'license-file': 'license',
  vulnerability: 'vulnerability',
  ospackagevulnerability: 'vulnerability',
  languagespecificpackagevulnerability: 'vulnerability',
  'os-pkgs': 'vulnerability',
  'lang-pkgs': 'vulnerability',
}

/** The part of Trivy behind a SARIF rule's name or a JSON result's class. */
export function trivyGroup(name: string | undefined): string | undefined {
  return name === undefined ? undefined : GROUPS[name.toLowerCase()]
}

/** What recognises a misconfiguration, secret or package, the same in both formats. */
export const trivyTexts = {
  misconfiguration: (message: string) => steadyMessage(message),
  secret: (match: string) => collapse(match),
  package: (name: string) => `package ${collapse(name)}`,
}

/**
 * Takes apart the message that Trivy writes into SARIF (`Artifact: …`, `Package: …`, `Message: …` or `Match: …`, a line
 * each). Undefined where it is not of that form.
 */
export function trivyText(
  message: string,
): { readonly text: string; readonly message: string; readonly match: string | undefined } | undefined {
  const field = (name: string) => {
    const line = message.split('\n').find((l) => l.startsWith(`${name}: `))
    return line?.slice(name.length + 2).trim()
  }
  const match = field('Match')
  if (match !== undefined) return { text: trivyTexts.secret(match), message: match, match }
  const pkg = field('Package')
  if (pkg !== undefined) return { text: trivyTexts.package(pkg), message, match: undefined }
  const said = field('Message')
  return said === undefined ? undefined : { text: trivyTexts.misconfiguration(said), message: said, match: undefined }
}
