import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { openTestIntake } from '../support/testIntake.ts'
import { pythonPackages } from '../support/tools.ts'

const packages = await pythonPackages('elasticsearch-py', ['elasticsearch==8.19.0'])

const SCRIPT = `
import sys
from elasticsearch import Elasticsearch, helpers
client = Elasticsearch(sys.argv[1], api_key="secret-a", http_compress=True)
assert client.info()["version"]["number"].startswith("8.19")
docs = [{"_op_type": "create", "_index": "logs-app-default", "_id": f"py-{n}", "message": f"python {n} 穗盾"} for n in range(2000)]
for _ in range(2):
    ok, errors = helpers.bulk(client, docs)
    print(ok, errors)
print(client.bulk(operations=[{"index": {"_index": "x"}}, {"message": "python plain"}])["errors"])
`

describe.skipIf(packages === undefined)('the official Python client', () => {
  test('sends, packed, and repeats without doubling', async () => {
    const t = await openTestIntake()
    const env = { ...process.env, PYTHONPATH: packages!, PYTHONIOENCODING: 'utf-8' }
    const { stdout } = await promisify(execFile)('python3', ['-c', SCRIPT, t.url], { env })
    expect(stdout.trim().split('\n')).toEqual(['2000 []', '2000 []', 'False'])
    const messages = (await t.events()).map((e) => e.message)
    expect(messages).toHaveLength(2001)
    expect(new Set(messages).size).toBe(2001)
    expect(messages).toContain('python 1999 穗盾')
    await t.close()
  })
})
