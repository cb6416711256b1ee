import { describeShapes, type ShapeCase } from '../support/logShapes.ts'

const CASES: Readonly<Record<string, ShapeCase>> = {
  Okta: {
    logsource: '{ product: okta, service: okta }',
    selection:
      '{ eventType: user.session.start, outcome.reason: INVALID_CREDENTIALS, target.displayName: Okta Admin Console, actor.alternateId|endswith: "@example.com", debugContext.debugData.behaviors|contains: POSITIVE }',
    events: {
      'its own': {
        eventType: 'user.session.start',
        outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
        target: [{ displayName: 'x' }, { displayName: 'Okta Admin Console' }],
        actor: { alternateId: 'a@example.com' },
        debugContext: { debugData: { behaviors: '{New Geo-Location=POSITIVE, New Device=NEGATIVE}' } },
      },
      Filebeat: {
        event: { dataset: 'okta.system', action: 'user.session.start' },
        okta: {
          event_type: 'user.session.start',
          outcome: { reason: 'INVALID_CREDENTIALS' },
          target: [{ display_name: 'Okta Admin Console' }],
          actor: { alternate_id: 'a@example.com' },
          debug_context: { debug_data: { behaviors: 'New Device=POSITIVE' } },
        },
      },
    },
  },
  'what Okta says beside': {
    logsource: '{ product: okta, service: okta }',
    selection:
      '{ debugContext.debugData.behaviors|contains: POSITIVE, debugContext.debugData.logOnlySecurityData|contains: POSITIVE, debugContext.debugData.requestUri|contains: /oauth2 }',
    events: {
      text: {
        debugContext: {
          debugData: {
            behaviors: '{New Geo-Location=NEGATIVE, New Device=POSITIVE}',
            logOnlySecurityData: '{"risk":{"level":"LOW"},"behaviors":{"New Device":"POSITIVE"}}',
            requestUri: '/oauth2/v1',
          },
        },
      },
      nested: {
        debugContext: {
          debugData: {
            behaviors: { 'New Device': 'POSITIVE' },
            logOnlySecurityData: { risk: { level: 'LOW' }, behaviors: { 'New Device': 'POSITIVE' } },
            requestUri: '/oauth2/v1',
          },
        },
      },
      'Elastic Agent': {
        event: { dataset: 'okta.system' },
        okta: {
          debug_context: {
            debug_data: {
              request_uri: '/oauth2/v1',
              flattened: {
                requestUri: '/oauth2/v1',
                behaviors: { 'New Geo-Location': 'NEGATIVE', 'New Device': 'POSITIVE' },
                logOnlySecurityData: { risk: { level: 'LOW' }, behaviors: { 'New Device': 'POSITIVE' } },
              },
            },
          },
        },
      },
    },
  },
  'a setting that Okta keeps under flattened alone': {
    logsource: '{ product: okta, service: okta }',
    selection: '{ debugContext.debugData.grantType: client_credentials }',
    events: {
      'Elastic Agent': {
        okta: { debug_context: { debug_data: { flattened: { grantType: 'client_credentials' } } } },
      },
    },
  },
  'Microsoft 365': {
    logsource: '{ product: m365, service: audit }',
    selection:
      '{ Operation: New-InboxRule, Workload: Exchange, Parameters|contains|all: [ForwardTo, out@example.org] }',
    events: {
      'its own': {
        Operation: 'New-InboxRule',
        Workload: 'Exchange',
        Parameters: [
          { Name: 'Name', Value: '.' },
          { Name: 'ForwardTo', Value: 'out@example.org' },
        ],
      },
      text: {
        Operation: 'New-InboxRule',
        Workload: 'Exchange',
        Parameters: '[{"Name":"ForwardTo","Value":"out@example.org"}]',
      },
      Filebeat: {
        event: { dataset: 'o365.audit', action: 'New-InboxRule', provider: 'Exchange' },
        o365: { audit: { Operation: 'New-InboxRule', Parameters: [{ Name: 'ForwardTo', Value: 'out@example.org' }] } },
      },
    },
  },
  'a parameter of Microsoft 365 by its name': {
    logsource: '{ product: m365, service: audit }',
    selection: '{ Operation: New-InboxRule, Parameters|contains: [ForwardTo, RedirectTo] }',
    events: {
      'its own': { Operation: 'New-InboxRule', Parameters: [{ Name: 'ForwardTo', Value: 'out@example.org' }] },
      // A list of names and values becomes an object there.
      'Filebeat and Elastic Agent': {
        event: { dataset: 'o365.audit', action: 'New-InboxRule' },
        o365: { audit: { Operation: 'New-InboxRule', Parameters: { Name: 'x', ForwardTo: 'out@example.org' } } },
      },
      'Log Analytics': { Operation: 'New-InboxRule', Parameters: '[{"Name":"ForwardTo","Value":"out@example.org"}]' },
    },
    others: {
      'another parameter': {
        o365: { audit: { Operation: 'New-InboxRule', Parameters: { Name: 'x', MarkAsRead: 'True' } } },
      },
    },
  },
  'an alert of Microsoft 365 that came to pass': {
    logsource: '{ product: m365, service: threat_management }',
    selection: '{ eventSource: SecurityComplianceCenter, eventName: Impossible travel activity, status: success }',
    events: {
      ...Object.fromEntries(
        ['Succeeded', 'True', 'Success', 'PartiallySucceeded'].map((ResultStatus) => [
          `its own, ${ResultStatus}`,
          {
            Workload: 'SecurityComplianceCenter',
            Operation: 'AlertTriggered',
            Name: 'Impossible travel activity',
            Status: 'Active',
            ResultStatus,
          },
        ]),
      ),
      'Filebeat and Elastic Agent': {
        event: {
          dataset: 'o365.audit',
          action: 'AlertTriggered',
          provider: 'SecurityComplianceCenter',
          outcome: 'success',
        },
        o365: { audit: { Name: 'Impossible travel activity', Status: 'Active', ResultStatus: 'Succeeded' } },
      },
      Wazuh: {
        data: {
          office365: {
            Workload: 'SecurityComplianceCenter',
            Name: 'Impossible travel activity',
            ResultStatus: 'Succeeded',
          },
        },
      },
      'Log Analytics': {
        OfficeWorkload: 'SecurityComplianceCenter',
        Operation: 'Impossible travel activity',
        ResultStatus: 'Succeeded',
      },
    },
    others: {
      'one that failed': {
        Workload: 'SecurityComplianceCenter',
        Name: 'Impossible travel activity',
        ResultStatus: 'Failed',
      },
      'one that failed, in Filebeat': {
        event: { dataset: 'o365.audit', provider: 'SecurityComplianceCenter', outcome: 'failure' },
        o365: { audit: { Name: 'Impossible travel activity', ResultStatus: 'False' } },
      },
    },
  },
  'a command of Microsoft 365 with its parameters': {
    logsource: '{ product: m365, service: threat_management }',
    selection:
      '{ eventSource: SecurityComplianceCenter, Payload|contains|all: [New-ComplianceSearchAction, Export, pst] }',
    events: {
      'parameters as text': {
        Workload: 'SecurityComplianceCenter',
        Operation: 'New-ComplianceSearchAction',
        Parameters: '-SearchName "x" -Export "True" -ExchangeArchiveFormat "PerUserPst"',
      },
      'parameters as a list': {
        Workload: 'SecurityComplianceCenter',
        Operation: 'New-ComplianceSearchAction',
        Parameters: [
          { Name: 'Export', Value: 'True' },
          { Name: 'ExchangeArchiveFormat', Value: 'PerUserPst' },
        ],
      },
    },
    others: {
      'another command': {
        Workload: 'SecurityComplianceCenter',
        Operation: 'New-ComplianceSearch',
        Parameters: '-SearchName "x" -Export "True" -ExchangeArchiveFormat "PerUserPst"',
      },
    },
  },
  'a sign-in to Microsoft 365': {
    logsource: '{ product: m365, service: audit }',
    selection: "{ Operation: UserLoggedIn, ResultStatus: Success, RequestType: 'Cmsi:Cmsi' }",
    events: {
      'its own': {
        Operation: 'UserLoggedIn',
        ResultStatus: 'Succeeded',
        ExtendedProperties: [{ Name: 'RequestType', Value: 'Cmsi:Cmsi' }],
      },
      'Filebeat and Elastic Agent': {
        event: { dataset: 'o365.audit', action: 'UserLoggedIn', outcome: 'success' },
        o365: { audit: { ResultStatus: 'Success', ExtendedProperties: { RequestType: 'Cmsi:Cmsi' } } },
      },
    },
    others: {
      'one that failed': {
        Operation: 'UserLoggedIn',
        ResultStatus: 'Failed',
        ExtendedProperties: [{ Name: 'RequestType', Value: 'Cmsi:Cmsi' }],
      },
    },
  },
  'Google Workspace, of the directory': {
    logsource: '{ product: gcp, service: google_workspace.admin }',
    selection:
      "{ eventService: admin.googleapis.com, eventName: CHANGE_APPLICATION_SETTING, setting_name|startswith: ContextAware, new_value: 'false' }",
    events: {
      'Cloud Audit Logs': {
        protoPayload: {
          serviceName: 'admin.googleapis.com',
          metadata: {
            event: [
              {
                eventName: 'CHANGE_APPLICATION_SETTING',
                parameter: [
                  { name: 'SETTING_NAME', value: 'ContextAwareAccess' },
                  { name: 'NEW_VALUE', value: 'false' },
                ],
              },
            ],
          },
        },
      },
      'Reports API': {
        kind: 'admin#reports#activity',
        id: { applicationName: 'admin', customerId: 'C1' },
        events: [
          {
            type: 'APPLICATION_SETTINGS',
            name: 'CHANGE_APPLICATION_SETTING',
            parameters: [
              { name: 'SETTING_NAME', value: 'ContextAwareAccess' },
              { name: 'NEW_VALUE', value: 'false' },
            ],
          },
        ],
      },
      'Filebeat and Elastic Agent': {
        event: { dataset: 'google_workspace.admin', provider: 'admin', action: 'CHANGE_APPLICATION_SETTING' },
        google_workspace: { admin: { setting: { name: 'ContextAwareAccess' }, new_value: 'false' } },
      },
    },
    others: {
      'of another application': {
        event: { dataset: 'google_workspace.drive', provider: 'drive', action: 'CHANGE_APPLICATION_SETTING' },
        google_workspace: { admin: { setting: { name: 'ContextAwareAccess' }, new_value: 'false' } },
      },
    },
  },
  'Google Workspace, of sign-ins': {
    logsource: '{ product: gcp, service: google_workspace.login }',
    selection:
      '{ protoPayload.serviceName: login.googleapis.com, protoPayload.Servicename|startswith: login, protoPayload.metadata.event.eventName: [suspicious_login] }',
    events: {
      'Cloud Audit Logs': {
        protoPayload: { serviceName: 'login.googleapis.com', metadata: { event: [{ eventName: 'suspicious_login' }] } },
      },
      'Reports API': {
        id: { applicationName: 'login' },
        events: [{ type: 'login', name: 'suspicious_login' }],
      },
      'Filebeat and Elastic Agent': {
        event: { dataset: 'google_workspace.login', provider: 'login', action: 'suspicious_login' },
        google_workspace: { kind: 'admin#reports#activity', event: { type: 'account_warning' } },
      },
    },
    others: { 'of another application': { id: { applicationName: 'token' }, events: [{ name: 'suspicious_login' }] } },
  },
}

describeShapes(CASES)
