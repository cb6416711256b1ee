import { utc } from './clock.ts'
import { openRandom, type Random } from './random.ts'

/** A scanner's report to be posted with the key of its system. */
export interface ScannerReport {
  /** The value of `target`. */
  readonly target: string
  readonly unitId: string
  readonly systemId: string
  /** SARIF 2.1.0. */
  readonly sarif: object
}

interface Weakness {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly level: 'error' | 'warning' | 'note'
  /** 0-10, as code hosts sort by it. */
  readonly severity: string
  readonly cwe: string
  /** Places where it may be found: file, line of code. */
  readonly places: readonly (readonly [file: string, code: string])[]
}

const WEAKNESSES: readonly Weakness[] = [
  {
    id: 'YZ1001',
    title: 'SQL built by joining text',
    text: 'A value of the request becomes part of an SQL statement. Bind it as a parameter.',
    level: 'error',
    severity: '8.8',
    cwe: 'CWE-89',
    places: [
      [
        'portal/src/main/java/cn/yunzhu/portal/query/CaseDao.java',
        'String sql = "select * from t_case where no = \'" + no + "\'";',
      ],
      [
        'portal/src/main/java/cn/yunzhu/portal/report/ReportDao.java',
        'jdbc.query("select * from " + table + " where day = ?", day);',
      ],
      [
        'portal/src/main/java/cn/yunzhu/portal/search/SearchDao.java',
        'query.append(" order by ").append(request.getParameter("sort"));',
      ],
    ],
  },
  {
    id: 'YZ1004',
    title: 'File written under a name from the request',
    text: 'An uploaded file keeps the name and ending its sender gave it. Make the name yourself and allow endings by list.',
    level: 'error',
    severity: '9.1',
    cwe: 'CWE-434',
    places: [
      [
        'portal/src/main/java/cn/yunzhu/portal/file/UploadController.java',
        'file.transferTo(new File(root, file.getOriginalFilename()));',
      ],
      [
        'portal/src/main/java/cn/yunzhu/portal/avatar/AvatarController.java',
        'Files.copy(part.getInputStream(), base.resolve(part.getSubmittedFileName()));',
      ],
    ],
  },
  {
    id: 'YZ1010',
    title: 'Object read without asking whose it is',
    text: 'A record is loaded by a number of the request without comparing its owner with the signed-in person.',
    level: 'error',
    severity: '7.5',
    cwe: 'CWE-639',
    places: [
      [
        'portal/src/main/java/cn/yunzhu/portal/apply/ApplyController.java',
        'return applyService.findById(request.getId());',
      ],
      [
        'portal/src/main/java/cn/yunzhu/portal/licence/LicenceController.java',
        'var licence = licences.get(Long.parseLong(id));',
      ],
    ],
  },
  {
    id: 'YZ2003',
    title: 'Weak digest',
    text: 'MD5 and SHA-1 do not protect what they are used for here. Use SM3 or SHA-256.',
    level: 'warning',
    severity: '5.3',
    cwe: 'CWE-328',
    places: [
      [
        'portal/src/main/java/cn/yunzhu/portal/sign/SignUtil.java',
        'MessageDigest md = MessageDigest.getInstance("MD5");',
      ],
      ['portal/src/main/java/cn/yunzhu/portal/pay/PayNotify.java', 'String sign = DigestUtils.sha1Hex(body + salt);'],
    ],
  },
  {
    id: 'YZ2007',
    title: 'Personal data in a log line',
    text: 'A number of an identity card or telephone is written to the log in the clear.',
    level: 'warning',
    severity: '6.5',
    cwe: 'CWE-532',
    places: [
      [
        'portal/src/main/java/cn/yunzhu/portal/apply/ApplyService.java',
        'log.info("submit by {} {}", person.getIdCard(), person.getPhone());',
      ],
      ['portal/src/main/java/cn/yunzhu/portal/sms/SmsClient.java', 'log.debug("sms to " + phone + ": " + text);'],
      ['portal/src/main/java/cn/yunzhu/portal/auth/LoginService.java', 'log.warn("wrong password for {}", form);'],
    ],
  },
  {
    id: 'YZ3002',
    title: 'Cookie without HttpOnly or SameSite',
    text: 'Scripts of the page, or other sites, can use this cookie.',
    level: 'note',
    severity: '3.1',
    cwe: 'CWE-1004',
    places: [
      [
        'portal/src/main/java/cn/yunzhu/portal/auth/LoginController.java',
        'response.addCookie(new Cookie("token", token));',
      ],
      [
        'portal/src/main/java/cn/yunzhu/portal/common/LocaleFilter.java',
        'response.addCookie(new Cookie("lang", lang));',
      ],
    ],
  },
]

/** A source code scanner's report on the portal, as of `at`; which of its weaknesses are found depends on the seed. */
export function scannerReport({ seed, at }: { readonly seed: string | number; readonly at: number }): ScannerReport {
  const random = openRandom(seed).fork('scanner')
  const found = WEAKNESSES.flatMap((w) =>
    random.sample(w.places, random.between(1, w.places.length)).map((p) => ({ w, p })),
  )
  const files = [...new Set(WEAKNESSES.flatMap((w) => w.places.map(([file]) => file)))].sort()
  const run = {
    tool: { driver: { name: 'yunzhu-codecheck', version: '2.4.1', rules: WEAKNESSES.map(rule) } },
    invocations: [{ executionSuccessful: true, endTimeUtc: utc(at) }],
    artifacts: files.map((uri) => ({ location: { uri } })),
    results: found.map(({ w, p }) => result(random, w, p)),
  }
  const sarif = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }
  return { target: 'portal-source', unitId: 'yunzhu', systemId: 'portal', sarif }
}

function rule(w: Weakness): object {
  return {
    id: w.id,
    shortDescription: { text: w.title },
    fullDescription: { text: w.text },
    defaultConfiguration: { level: w.level },
    properties: { 'security-severity': w.severity, tags: ['security', `external/cwe/${w.cwe.toLowerCase()}`] },
  }
}

function result(random: Random, w: Weakness, [uri, code]: readonly [string, string]): object {
  const startLine = random.between(20, 240)
  return {
    ruleId: w.id,
    ruleIndex: WEAKNESSES.indexOf(w),
    level: w.level,
    message: { text: `${w.title}. ${w.text}` },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine, snippet: { text: code } } } }],
  }
}
