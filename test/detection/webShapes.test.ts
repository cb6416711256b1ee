import { describeShapes, type ShapeCase } from '../support/logShapes.ts'

const PROBE = {
  method: 'GET',
  address: '/cgi-bin/x.cgi?f=../x',
  path: '/cgi-bin/x.cgi',
  query: 'f=../x',
  agent: 'curl/8',
}

const ecs = (dataset: string | undefined, url: object) => ({
  event: { ...(dataset !== undefined && { dataset }), category: ['web'] },
  http: { request: { method: PROBE.method }, response: { status_code: 200 } },
  url,
  user_agent: { original: PROBE.agent },
})
const whole = { original: PROBE.address }

const CASES: Readonly<Record<string, ShapeCase>> = {
  'a request to a web server': {
    logsource: '{ category: webserver }',
    selection:
      "{ cs-method: GET, cs-uri-query|contains: /cgi-bin/x.cgi, c-uri|contains: '../x', sc-status: 200, cs-user-agent|startswith: curl }",
    events: {
      'W3C with all in the query': {
        'cs-method': 'GET',
        'cs-uri-query': PROBE.address,
        'c-uri': PROBE.address,
        'sc-status': 200,
        'cs-user-agent': 'curl/8',
      },
      IIS: {
        'cs-method': 'GET',
        'cs-uri-stem': PROBE.path,
        'cs-uri-query': PROBE.query,
        'sc-status': '200',
        'cs(User-Agent)': 'curl/8',
      },
      'IIS, dashes turned to underscores': {
        cs_method: 'GET',
        cs_uri_stem: PROBE.path,
        cs_uri_query: PROBE.query,
        sc_status: 200,
        cs_User_Agent: 'curl/8',
      },
      'IIS in Log Analytics': {
        Type: 'W3CIISLog',
        csMethod: 'GET',
        csUriStem: PROBE.path,
        csUriQuery: PROBE.query,
        scStatus: '200',
        csUserAgent: 'curl/8',
      },
      'IIS through Filebeat': ecs('iis.access', { path: PROBE.path, query: PROBE.query }),
      'nginx through Filebeat': ecs('nginx.access', { ...whole, path: PROBE.path, query: PROBE.query }),
      'Tomcat in ECS': ecs('tomcat.access', whole),
      'Caddy in ECS': ecs('caddy.access', whole),
      'a load balancer in ECS': ecs('aws.elb_logs', whole),
      'ECS that names no dataset': ecs(undefined, whole),
      'a dataset of requests without a category': { ...ecs(undefined, whole), event: { dataset: 'lighttpd.access' } },
      'nginx, its variables as JSON': {
        remote_addr: '192.0.2.1',
        request_method: 'GET',
        request_uri: PROBE.address,
        status: 200,
        http_user_agent: 'curl/8',
      },
      'Caddy, its own JSON': {
        logger: 'http.log.access',
        request: { method: 'GET', uri: PROBE.address, headers: { 'User-Agent': ['curl/8'] } },
        status: 200,
      },
      'Traefik, its own JSON': {
        RequestMethod: 'GET',
        RequestPath: PROBE.address,
        DownstreamStatus: 200,
        'request_User-Agent': 'curl/8',
      },
      'Zeek, its own JSON': {
        'id.orig_h': '192.0.2.1',
        method: 'GET',
        uri: PROBE.address,
        status_code: 200,
        user_agent: 'curl/8',
      },
    },
    others: {
      'of a proxy': ecs('squid.log', whole),
      'of a cloud': ecs('o365.audit', whole),
      'of no web server': {
        ...ecs('some.application', whole),
        event: { dataset: 'some.application', category: ['configuration'] },
      },
      'of a dataset that does not tell': { ...ecs(undefined, whole), event: { dataset: 'portal.log' } },
      'another address': ecs('nginx.access', { original: '/index.html' }),
    },
  },
  'a request through a proxy': {
    logsource: '{ category: proxy }',
    selection:
      '{ c-uri|contains: evil.example/x, cs-method: POST, c-useragent|contains: Nimbus, cs-host: evil.example }',
    events: {
      'Squid, fields of its format': {
        method: 'POST',
        url: 'http://evil.example/x',
        user_agent: 'Nimbus',
        host: 'evil.example',
      },
      W3C: {
        'cs-method': 'POST',
        'cs-uri': 'http://evil.example/x',
        'cs(User-Agent)': 'Nimbus',
        'cs-host': 'evil.example',
      },
      ...Object.fromEntries(
        ['squid.log', 'zscaler_zia.web', 'cisco_umbrella.log', 'panw.panos', 'netskope.events'].map((dataset) => [
          `${dataset} in ECS`,
          {
            event: { dataset, category: dataset === 'zscaler_zia.web' ? ['web'] : ['network'] },
            http: { request: { method: 'POST' } },
            url: { original: 'http://evil.example/x', domain: 'evil.example' },
            user_agent: { original: 'Nimbus' },
          },
        ]),
      ),
    },
    others: {
      'of a web server': {
        event: { dataset: 'nginx.access', category: ['web'] },
        http: { request: { method: 'POST' } },
        url: { original: 'http://evil.example/x', domain: 'evil.example' },
        user_agent: { original: 'Nimbus' },
      },
    },
  },
  'a path that is asked for without its query': {
    logsource: '{ category: webserver }',
    selection: '{ cs-uri-stem|contains: /shell, cs-uri-query: null }',
    events: {
      IIS: { 'cs-uri-stem': '/shell.aspx' },
      'IIS through Filebeat': ecs('iis.access', { path: '/shell.aspx' }),
    },
    others: { 'with one': { 'cs-uri-stem': '/shell.aspx', 'cs-uri-query': 'x=1' } },
  },
  'what nginx says of itself': {
    logsource: '{ service: nginx }',
    selection: '[exited on signal 6]',
    events: {
      'error log': { event: { dataset: 'nginx.error' }, message: 'worker process 1 exited on signal 6' },
      ingress: { event: { dataset: 'nginx_ingress_controller.error' }, message: 'worker process 1 exited on signal 6' },
    },
    others: { 'of another': { event: { dataset: 'apache.error' }, message: 'worker process 1 exited on signal 6' } },
  },
  'web server': {
    logsource: '{ category: webserver }',
    selection: "{ cs-method: GET, cs-uri-query|contains: '../', sc-status: 200, cs-user-agent|startswith: curl }",
    events: {
      W3C: { 'cs-method': 'GET', 'cs-uri-query': 'f=../x', 'sc-status': 200, 'cs-user-agent': 'curl/8' },
      ECS: {
        http: { request: { method: 'GET' }, response: { status_code: 200 } },
        url: { original: '/a?f=../x' },
        user_agent: { original: 'curl/8' },
      },
    },
  },
}

describeShapes(CASES)
