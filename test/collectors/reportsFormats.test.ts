import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readReport, type Scan } from '../../collectors/reports/index.ts'
import { AppError } from '../../core/errors.ts'

const bytes = (report: unknown) => Buffer.from(JSON.stringify(report))
const sarif = (...runs: object[]) => ({ version: '2.1.0', runs })
const run = (results: unknown, more: object = {}, driver: object = {}) => ({
  tool: { driver: { name: 'Tool', ...driver } },
  results,
  ...more,
})
const at = (uri: string, startLine = 1, text?: string) => ({
  physicalLocation: {
    artifactLocation: { uri },
    region: { startLine, ...(text === undefined ? {} : { snippet: { text } }) },
  },
})
const result = (more: object = {}) => ({
  ruleId: 'R1',
  message: { text: 'm' },
  locations: [at('a.c', 3, 'gets(x);\n')],
  ...more,
})
const read = (...runs: object[]): Scan => readReport(bytes(sarif(...runs))).scans[0]!
const only = (...runs: object[]) => read(...runs).findings[0]!
const refusal = (body: Uint8Array): AppError => {
  try {
    readReport(body)
  } catch (e) {
    if (e instanceof AppError) return e
    throw e
  }
  throw new Error('was read')
}

describe('bytes of a report', () => {
  const text = JSON.stringify(sarif(run([result()])))
  it.each([
    ['a byte order mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 little endian', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 big endian', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without mark', Buffer.from(text, 'utf16le')],
    ['CR LF', Buffer.from(JSON.stringify(JSON.parse(text), null, 2).replaceAll('\n', '\r\n'))],
    ['gzip', gzipSync(text)],
  ])('%s is read', (_, body) => {
    expect(readReport(body).scans[0]!.findings).toHaveLength(1)
  })

  it('what is cut off is refused with its place and the remedy', () => {
    const pretty = JSON.stringify(sarif(run([result()])), null, 2)
    const error = refusal(Buffer.from(pretty.slice(0, 200)))
    expect([error.code, error.status]).toEqual(['FND-400', 400])
    expect(error.place!.line).toBe(pretty.slice(0, 200).split('\n').length)
    expect(error.message).toContain('cut off')
    expect(refusal(gzipSync(pretty).subarray(0, 60)).message).toContain('gzip data is damaged')
  })

  it.each([
    ['nothing', '', 'FND-400'],
    ['blanks', '  \n', 'FND-400'],
    ['text', 'Issues found: 3', 'FND-415'],
    ['XML', '<?xml version="1.0"?><x/>', 'FND-415'],
    ['a list', '[{"ruleId":"x"}]', 'FND-415'],
    ['an object of another kind', '{"results":[],"errors":[]}', 'FND-415'],
    ['an error message', '{"error":{"code":"E401"},"message":"unauthorised"}', 'FND-415'],
    ['broken JSON', '{"version":"2.1.0",,}', 'FND-400'],
    ['another version of SARIF', '{"version":"1.0.0","runs":[{}]}', 'FND-415'],
    ['a log without runs', '{"version":"2.1.0","runs":[]}', 'FND-422'],
    ['a run without a tool', '{"version":"2.1.0","runs":[{"results":[]}]}', 'FND-422'],
    ['another schema of Trivy', '{"SchemaVersion":1,"Results":[]}', 'FND-415'],
    ['results that are no list', '{"SchemaVersion":2,"ArtifactName":"x","Results":{"a":1}}', 'FND-422'],
  ])('%s is refused', (_, text, code) => {
    expect(refusal(Buffer.from(text)).code).toBe(code)
  })
})

describe('SARIF of any tool', () => {
  it('the level is that of the result, else of its rule, else warning; a security severity outranks both', () => {
    const rules = [
      { id: 'R1', defaultConfiguration: { level: 'note' } },
      { id: 'R2' },
      { id: 'R3', defaultConfiguration: { level: 'note' }, properties: { 'security-severity': '9.8' } },
    ]
    const severities = (results: object[]) => read(run(results, {}, { rules })).findings.map((f) => f.severity)
    expect(
      severities([
        result({ level: 'error' }),
        result(),
        result({ ruleId: 'R2' }),
        result({ ruleId: 'R3', level: 'note' }),
        result({ ruleId: 'unknown', level: 'none' }),
        result({ ruleId: 'R2', properties: { 'security-severity': 3.9 } }),
      ]),
    ).toEqual(['high', 'low', 'medium', 'critical', 'info', 'low'])
  })

  it('rules are found by id, by index, in extensions, and above a case of theirs', () => {
    const tool = {
      driver: { name: 'Tool', rules: [{ id: 'A', shortDescription: { text: 'a rule' } }] },
      extensions: [{ name: 'pack', rules: [{ id: 'B' }, { id: 'C', shortDescription: { text: 'c rule' } }] }],
    }
    const results = [
      { ruleIndex: 0, message: { text: 'm' } },
      { rule: { index: 1, toolComponent: { index: 0 } }, message: { text: 'm' } },
      { ruleId: 'C', message: { text: 'm' } },
      { ruleId: 'A/1', message: { text: 'm' } },
      // The index points at another rule: the id counts.
      { ruleId: 'C', ruleIndex: 0, message: { text: 'm' } },
    ]
    const found = read({ tool, results }).findings
    expect(found.map((f) => [f.ruleId, f.title])).toEqual([
      ['A', 'a rule'],
      ['C', 'c rule'],
      ['C', 'c rule'],
      ['A/1', 'a rule'],
      ['C', 'c rule'],
    ])
  })

  it('messages by id take their arguments', () => {
    const rules = [{ id: 'R1', messageStrings: { default: { text: 'call of {0} in {1}' } } }]
    expect(
      only(run([result({ message: { id: 'default', arguments: ['gets', 'main'] } })], {}, { rules })).description,
    ).toBe('call of gets in main')
  })

  it.each([
    ['src/a.c', {}, 'src/a.c'],
    ['./src//x/../a.c', {}, 'src/a.c'],
    ['src\\a.c', {}, 'src/a.c'],
    ['src/%E5%B7%A5%E5%85%B7.py', {}, 'src/工具.py'],
    ['file:///srv/app/src/a.c', {}, '/srv/app/src/a.c'],
    ['file:///C:/work/src/a.c', {}, 'C:/work/src/a.c'],
    ['file:///srv/app/src/a.c', { originalUriBaseIds: { ROOT: { uri: 'file:///srv/app/' } } }, 'src/a.c'],
    [
      '/srv/app/src/a.c',
      { invocations: [{ executionSuccessful: true, workingDirectory: { uri: 'file:///srv/app' } }] },
      'src/a.c',
    ],
  ])('the address %s (%j) is the path %s', (uri, more, path) => {
    expect(only(run([result({ locations: [at(uri)] })], more)).path).toBe(path)
  })

  it('base addresses that are relative go before the path, absolute ones do not', () => {
    const locations = (uriBaseId: string) => [{ physicalLocation: { artifactLocation: { uri: 'a.c', uriBaseId } } }]
    const originalUriBaseIds = { ROOT: { uri: 'file:///srv/' }, SRC: { uri: 'src/', uriBaseId: 'ROOT' } }
    const paths = ['ROOT', 'SRC', '%SRCROOT%'].map(
      (id) => only(run([result({ locations: locations(id) })], { originalUriBaseIds })).path,
    )
    expect(paths).toEqual(['a.c', 'src/a.c', 'a.c'])
  })

  it('what has no file is about an address, a logical name, or the target', () => {
    const found = read(
      run([
        result({ locations: [at('https://portal.example/login')] }),
        result({ locations: [{ logicalLocations: [{ fullyQualifiedName: 'portal.Legacy.run()' }] }] }),
        result({ locations: [] }),
      ]),
    ).findings
    expect(found.map((f) => [f.path, f.asset, f.line])).toEqual([
      [null, 'https://portal.example/login', null],
      [null, 'portal.Legacy.run()', null],
      [null, '', null],
    ])
  })

  it('the text of the place comes from the region, its surroundings, or the embedded file; numbered lines count', () => {
    const text = (physical: object, more: object = {}) =>
      only(run([result({ locations: [{ physicalLocation: physical }] })], more)).text
    const artifactLocation = { uri: 'a.go', index: 0 }
    const region = { startLine: 38 }
    expect(text({ artifactLocation, region: { ...region, snippet: { text: '\n   exec( x )\n}' } } })).toBe('exec( x )')
    expect(text({ artifactLocation, region: { ...region, snippet: { text: '37: a\n38: \texec(x)\n39: b' } } })).toBe(
      'exec(x)',
    )
    const contextRegion = { startLine: 37, snippet: { text: 'a\n  exec(y)\nb' } }
    expect(text({ artifactLocation, region, contextRegion })).toBe('exec(y)')
    const artifacts = [{ location: { uri: 'a.go' }, contents: { text: `${'\n'.repeat(37)}exec(z)\n` } }]
    expect(text({ artifactLocation, region }, { artifacts })).toBe('exec(z)')
  })

  it('what is said of a whole file does not hang on its first line', () => {
    const text = (first: string) =>
      only(
        run([
          result({
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'Dockerfile' },
                  region: { startLine: 1, endLine: 12, snippet: { text: `${first}\nRUN x` } },
                },
              },
            ],
          }),
        ]),
      ).text
    expect(text('FROM python:latest')).toBe(text('FROM python:3.12'))
  })

  it('without any text, the message counts without figures and words of severity', () => {
    const text = (message: string) =>
      only(run([result({ message: { text: message }, locations: [at('go.mod')] })])).text
    expect(text('A high vulnerability in urllib3 1.24.1 at 12:5')).toBe(
      text('A low vulnerability in urllib3 1.26 at 9:17'),
    )
    expect(text("Container 'a' of Pod 'x'")).not.toBe(text("Container 'b' of Pod 'x'"))
  })

  it('results that passed, are gone or were suppressed are no findings', () => {
    const found = read(
      run([
        result({ kind: 'pass' }),
        result({ kind: 'notApplicable' }),
        result({ baselineState: 'absent' }),
        result({ suppressions: [{ kind: 'inSource' }] }),
        result({ ruleId: 'S1', suppressions: [{ kind: 'external', status: 'rejected' }] }),
        result({ ruleId: 'S2', suppressions: [] }),
        result({ ruleId: 'S3', baselineState: 'unchanged' }),
        result({ ruleId: 'S4', kind: 'review' }),
      ]),
    ).findings
    expect(found.map((f) => f.ruleId)).toEqual(['S1', 'S2', 'S3', 'S4'])
  })

  it('weaknesses and advisories are gathered from tags, taxa and relationships', () => {
    const rules = [
      {
        id: 'CVE-2018-18074-requests',
        properties: { tags: ['external/cwe/cwe-079', 'security'] },
        relationships: [{ target: { id: '89', toolComponent: { name: 'CWE' } } }],
      },
    ]
    const finding = only(
      run([result({ ruleId: rules[0]!.id, taxa: [{ id: '22', toolComponent: { name: 'CWE' } }] })], {}, { rules }),
    )
    expect([...finding.references].sort()).toEqual(['CVE-2018-18074', 'CWE-22', 'CWE-79', 'CWE-89'])
  })

  it.each([
    ['a run that failed', { invocations: [{ executionSuccessful: false }] }],
    [
      'an error of the tool',
      {
        invocations: [
          { executionSuccessful: true, toolExecutionNotifications: [{ level: 'error', message: { text: 'x' } }] },
        ],
      },
    ],
    [
      'an error of its configuration',
      {
        invocations: [
          { executionSuccessful: true, toolConfigurationNotifications: [{ level: 'error', message: { text: 'x' } }] },
        ],
      },
    ],
    ['no list of results', { results: null }],
    ['an empty list that names nothing', { results: [] }],
    ['a result that cannot be read', { results: [result(), 7] }],
  ])('%s is in doubt', (_, more) => {
    expect(read({ ...run([result()]), ...more }).doubt).not.toBeNull()
  })

  it.each([
    [
      'a warning',
      {
        invocations: [
          { executionSuccessful: true, toolExecutionNotifications: [{ level: 'warning', message: { text: 'x' } }] },
        ],
      },
    ],
    ['an empty list with the files it read', { results: [], artifacts: [{ location: { uri: 'a.c' } }] }],
  ])('%s is not', (_, more) => {
    expect(read({ ...run([result()]), ...more }).doubt).toBeNull()
  })

  it('runs of one scanner are one scan, of several scanners several', () => {
    const report = readReport(
      bytes(sarif(run([result()]), run([result({ ruleId: 'R2' })]), run([result()], {}, { name: 'Other OSS' }))),
    )
    expect(report.scans.map((s) => [s.scanner, s.findings.length])).toEqual([
      ['tool', 2],
      ['other', 1],
    ])
  })

  it('a result that says nothing is rejected with its place', () => {
    const report = readReport(bytes(sarif(run([result(), { level: 'error' }, 'x']))))
    expect(report.rejected.map((r) => r.place)).toEqual(['runs[0].results[1]', 'runs[0].results[2]'])
    expect(report.scans[0]!.findings).toHaveLength(1)
  })
})

describe('Trivy JSON', () => {
  const trivy = (...results: object[]) =>
    readReport(bytes({ SchemaVersion: 2, ArtifactName: 'portal:7', Results: results })).scans[0]!
  it('reads vulnerabilities, misconfigurations, secrets and licenses with their places', () => {
    const scan = trivy(
      {
        Target: 'portal:7 (debian 12.5)',
        Class: 'os-pkgs',
        Type: 'debian',
        Vulnerabilities: [
          {
            VulnerabilityID: 'CVE-2026-1001',
            PkgName: 'openssl',
            InstalledVersion: '3.0.1',
            FixedVersion: '3.0.2',
            Severity: 'HIGH',
            CweIDs: ['CWE-79'],
          },
        ],
      },
      {
        Target: 'Python',
        Class: 'lang-pkgs',
        Type: 'python-pkg',
        Vulnerabilities: [
          {
            VulnerabilityID: 'CVE-2026-1002',
            PkgName: 'flask',
            PkgPath: 'app/flask.dist-info/METADATA',
            Severity: 'UNKNOWN',
          },
        ],
      },
      {
        Target: 'Dockerfile',
        Class: 'config',
        Type: 'dockerfile',
        Misconfigurations: [
          { ID: 'DS-1', Status: 'PASS' },
          {
            ID: 'DS-2',
            Status: 'FAIL',
            Message: 'Specify at least 1 USER',
            Severity: 'LOW',
            CauseMetadata: { StartLine: 0 },
          },
        ],
      },
      {
        Target: 'config/x.env',
        Class: 'secret',
        Secrets: [{ RuleID: 'github-pat', Severity: 'CRITICAL', Title: 'PAT', StartLine: 4, Match: 'TOKEN=********' }],
      },
      { Target: 'OS Packages', Class: 'license', Licenses: [{ Name: 'AGPL-3.0', PkgName: 'x', Severity: 'HIGH' }] },
    )
    expect(scan.findings.map((f) => [f.group, f.ruleId, f.path, f.asset, f.line, f.severity])).toEqual([
      ['vulnerability', 'CVE-2026-1001', null, 'debian', null, 'high'],
      ['vulnerability', 'CVE-2026-1002', 'app/flask.dist-info/METADATA', '', null, 'info'],
      ['misconfiguration', 'DS-2', 'Dockerfile', '', null, 'low'],
      ['secret', 'github-pat', 'config/x.env', '', 4, 'critical'],
      ['license', 'AGPL-3.0', 'OS Packages', '', null, 'high'],
    ])
    expect(scan.findings[0]!.references).toEqual(['CVE-2026-1001', 'CWE-79'])
    expect([...scan.groups!].sort()).toEqual(['license', 'misconfiguration', 'secret', 'vulnerability'])
    expect(scan.doubt).toBeNull()
  })

  it('a package that was raised to another vulnerable version is the same finding', () => {
    const text = (InstalledVersion: string) =>
      trivy({
        Target: 'go.mod',
        Class: 'lang-pkgs',
        Vulnerabilities: [{ VulnerabilityID: 'CVE-2026-1001', PkgName: 'x/net', InstalledVersion }],
      }).findings[0]!.text
    expect(text('0.15.0')).toBe(text('0.17.0'))
  })

  it('an empty report that names nothing is in doubt, one that names what it read is not', () => {
    expect(trivy().doubt).not.toBeNull()
    expect(
      trivy({ Target: 'Dockerfile', Class: 'config', MisconfSummary: { Successes: 9, Failures: 0 } }).doubt,
    ).toBeNull()
  })

  it('a cluster names its objects', () => {
    const report = {
      ClusterName: 'c',
      Resources: [
        {
          Namespace: 'prod',
          Kind: 'Deployment',
          Name: 'portal',
          Results: [
            {
              Target: 'Deployment/portal',
              Class: 'config',
              Misconfigurations: [{ ID: 'KSV-1', Status: 'FAIL', Message: 'm', Severity: 'HIGH' }],
            },
          ],
        },
      ],
    }
    expect(readReport(bytes(report)).scans[0]!.findings[0]).toMatchObject({
      path: null,
      asset: 'prod/Deployment/portal',
    })
  })
})
