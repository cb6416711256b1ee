export type Sender = 'curl' | 'rsyslog' | 'filebeat'

/** The configuration of a sender with our address and key filled in. */
export function configuration(sender: Sender, address: string, key: string): string {
  const url = URL.canParse(address) ? new URL(address) : new URL('http://127.0.0.1:8471')
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  const tls = url.protocol === 'https:'
  switch (sender) {
    case 'curl':
      return [
        `curl -sS ${url.origin}/ingest \\`,
        `  -H 'Authorization: Bearer ${key}' \\`,
        `  -H 'Content-Type: application/x-ndjson' \\`,
        `  --data '{"message":"first event","event":{"action":"test"}}'`,
      ].join('\n')
    case 'rsyslog':
      return [
        'module(load="omelasticsearch")',
        'template(name="suidun" type="list" option.jsonf="on") {',
        '  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")',
        '  property(outname="host.name" name="hostname" format="jsonf")',
        '  property(outname="process.name" name="programname" format="jsonf")',
        '  property(outname="message" name="msg" format="jsonf")',
        '}',
        'template(name="suidun-id" type="string" string="%uuid%")',
        'action(type="omelasticsearch" template="suidun"',
        `  server="${url.hostname}" serverport="${port}"${tls ? ' usehttps="on"' : ''}`,
        `  uid="suidun" pwd="${key}"`,
        '  searchIndex="logs-app-default" searchType="" bulkmode="on"',
        '  writeoperation="create" bulkid="suidun-id" dynbulkid="on"',
        '  errorFile="/var/log/suidun-refused.log" action.resumeRetryCount="-1"',
        '  queue.type="linkedList" queue.filename="suidun" queue.saveOnShutdown="on")',
      ].join('\n')
    case 'filebeat':
      return [
        'filebeat.inputs:',
        '  - type: filestream',
        '    id: system-logs',
        '    paths: ["/var/log/auth.log", "/var/log/secure"]',
        'setup.ilm.enabled: false',
        'setup.template.enabled: false',
        'output.elasticsearch:',
        `  hosts: ["${url.protocol}//${url.hostname}:${port}"]`,
        `  api_key: "suidun:${key}"`,
        '  index: "logs-app-default"',
      ].join('\n')
  }
}
