import { useState } from 'react'
import { useAddress } from '../../address/address.ts'
import { count } from '../../format/number.ts'
import { Allowed } from '../../frame/Allowed.tsx'
import { Foot, Page, View, Views } from '../../frame/Page.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Go } from '../../parts/Go.tsx'
import { useListBody } from '../../parts/ListBody.tsx'
import { Empty } from '../../parts/States.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { useMe } from '../../session/me.ts'
import { CreateAccountDialog } from './CreateAccountDialog.tsx'
import { GrantDialog } from './GrantDialog.tsx'
import { type AccountRow, AccountsQuery, type UnitRow, UnitsQuery } from './queries.ts'
import { UnitsForm } from './UnitsForm.tsx'

/** Accounts and units, for administrators. */
function AccountsPage() {
  const words = useWords()
  const t = words.accounts
  const me = useMe()
  const { values, dropped } = useAddress()
  const tab = values.tab === 'units' ? 'units' : 'accounts'
  const accounts = useAsk(AccountsQuery, {})
  const units = useAsk(UnitsQuery, {})
  const [dialog, setDialog] = useState<'create' | 'units' | undefined>()
  const [granting, setGranting] = useState<AccountRow | undefined>()
  const mayCreate = me.role === 'system_admin'
  const mayGrant = me.role === 'security_admin'
  const rows = accounts.data?.accounts ?? []
  const unitRows = units.data?.units ?? []
  const byId = new Map(unitRows.map((u) => [u.id, u]))

  const columns: readonly Column<AccountRow>[] = [
    { id: 'name', head: t.columns.name, width: 'minmax(0, 1fr)', mono: true, cell: (r) => r.name },
    { id: 'display', head: t.columns.displayName, width: 'minmax(0, 1fr)', cell: (r) => r.displayName },
    { id: 'role', head: t.columns.role, width: '150px', cell: (r) => words.role[r.role] },
    { id: 'unit', head: t.columns.unit, width: 'minmax(0, 1fr)', cell: (r) => r.unit.name },
    {
      id: 'state',
      head: t.columns.state,
      width: '110px',
      cell: (r) => (r.disabled ? t.state.disabled : r.setUp ? t.state.ready : t.state.waiting),
    },
    ...(mayGrant
      ? [
          {
            id: 'grant',
            head: <span className="sd-hidden">{t.grant}</span>,
            width: '90px',
            end: true,
            cell: (r: AccountRow) => (
              <Button kind="link" aria-label={t.grantTitle(r.name)} onClick={() => setGranting(r)}>
                {t.grant}
              </Button>
            ),
          },
        ]
      : []),
  ]
  const unitColumns: readonly Column<UnitRow>[] = [
    { id: 'name', head: t.unitColumns.name, width: 'minmax(0, 1fr)', cell: (u) => u.name },
    {
      id: 'kind',
      head: t.unitColumns.kind,
      width: '100px',
      cell: (u) => words.unitKind[u.kind as keyof typeof words.unitKind] ?? u.kind,
    },
    { id: 'code', head: t.unitColumns.code, width: '120px', mono: true, cell: (u) => u.code },
    {
      id: 'parent',
      head: t.unitColumns.parent,
      width: 'minmax(0, 1fr)',
      cell: (u) => (u.parentId === null ? '–' : (byId.get(u.parentId)?.name ?? u.parentId)),
    },
  ]
  const accountsBody = useListBody({
    what: t.title,
    rows: rows.length,
    first: accounts.data === undefined,
    failure: accounts.failure,
    reload: accounts.reload,
    empty: <Empty>{t.empty}</Empty>,
  })
  const unitsBody = useListBody({
    what: t.title,
    rows: unitRows.length,
    first: units.data === undefined,
    failure: units.failure,
    reload: units.reload,
    empty: <Empty>{t.empty}</Empty>,
  })
  return (
    <Page
      title={t.title}
      dropped={dropped}
      tools={
        mayCreate ? (
          tab === 'accounts' ? (
            <Button onClick={() => setDialog('create')}>{t.create}</Button>
          ) : (
            <Button onClick={() => setDialog('units')}>{t.addUnits}</Button>
          )
        ) : undefined
      }
      views={
        <Views label={t.tabsLabel}>
          {(['accounts', 'units'] as const).map((name) => (
            <View
              key={name}
              n={name === 'accounts' ? accounts.data?.accounts.length : units.data?.units.length}
              link={(content) => (
                <Go
                  to="/admin/accounts"
                  search={name === 'accounts' ? {} : { tab: name }}
                  current={name === tab ? 'page' : undefined}
                >
                  {content}
                </Go>
              )}
            >
              {t.tabs[name]}
            </View>
          ))}
        </Views>
      }
      foot={<Foot />}
    >
      {tab === 'accounts' ? (
        <Table
          label={t.table}
          rows={rows}
          rowKey={(r) => r.id}
          columns={columns}
          card={(r) => (
            <>
              <div className="sd-card-line">
                <span className="sd-cut">
                  {r.displayName} <span className="sd-mono">{r.name}</span>
                </span>
                {mayGrant && (
                  <Button kind="link" onClick={() => setGranting(r)}>
                    {t.grant}
                  </Button>
                )}
              </div>
              <div className="sd-card-line sd-2 sd-small">
                <span className="sd-cut">
                  {words.role[r.role]} · {r.unit.name}
                </span>
              </div>
            </>
          )}
          instead={accountsBody}
        />
      ) : (
        <Table
          label={t.unitsTable}
          rows={unitRows}
          rowKey={(u) => u.id}
          columns={unitColumns}
          card={(u) => (
            <>
              <div className="sd-card-line">
                <span className="sd-cut">{u.name}</span>
                <span className="sd-mono">{u.code}</span>
              </div>
              <div className="sd-card-line sd-2 sd-small">
                {words.unitKind[u.kind as keyof typeof words.unitKind] ?? u.kind}
              </div>
            </>
          )}
          instead={unitsBody}
        />
      )}
      {dialog === 'create' && (
        <CreateAccountDialog units={unitRows} onCreated={accounts.reload} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'units' && (
        <Dialog title={t.addUnits} onClose={() => setDialog(undefined)} size={560}>
          <UnitsForm onSaved={units.reload} count={count(unitRows.length)} />
        </Dialog>
      )}
      {granting !== undefined && <GrantDialog account={granting} onClose={() => setGranting(undefined)} />}
    </Page>
  )
}

/** Accounts and units, for those whose policy names them. */
export function AllowedAccountsPage() {
  return (
    <Allowed page="accounts">
      <AccountsPage />
    </Allowed>
  )
}
