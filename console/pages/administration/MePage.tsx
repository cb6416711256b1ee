import { type MantineColorScheme, useMantineColorScheme } from '@mantine/core'
import { useState } from 'react'
import { Foot, Page } from '../../frame/Page.tsx'
import { LanguageSwitch } from '../../frame/Switches.tsx'
import { signOut } from '../../graphql/auth.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { Facts } from '../../parts/Drawer.tsx'
import { Choice } from '../../parts/Form.tsx'
import { InlineFailure } from '../../parts/States.tsx'
import { useMe } from '../../session/me.ts'
import { changeSettings, type Settings, useSettings } from '../../session/settings.ts'

/** One's own account: who one is, how the console looks and acts, and the way out. */
export function MePage() {
  const words = useWords()
  const t = words.me
  const me = useMe()
  const settings = useSettings()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [failure, setFailure] = useState<Failure | undefined>()
  const leave = async () => {
    const answer = await signOut()
    if (answer.ok) location.assign('/sign-in')
    else setFailure({ ...answer, problems: [] })
  }
  return (
    <Page title={t.title} tools={<Button onClick={() => void leave()}>{t.signOut}</Button>} foot={<Foot />}>
      <div className="sd-read">
        <InlineFailure failure={failure} />
        <section>
          <h2>{t.profile}</h2>
          <Facts
            of={[
              [
                t.name,
                <span key="n" className="sd-mono">
                  {me.name}
                </span>,
              ],
              [t.displayName, me.displayName],
              [t.role, words.role[me.role]],
              [t.unit, me.unit.name],
            ]}
          />
        </section>
        <section>
          <h2>{t.settings}</h2>
          <div className="sd-settings">
            <div>
              <p>{t.language}</p>
              <LanguageSwitch signedIn />
            </div>
            <Choice<MantineColorScheme>
              label={t.theme}
              value={colorScheme}
              onChange={setColorScheme}
              options={(['auto', 'light', 'dark'] as const).map((value) => ({ value, label: t.themes[value] }))}
            />
            <Choice<Settings['density']>
              label={t.density}
              value={settings.density}
              onChange={(density) => changeSettings({ density })}
              options={(['compact', 'comfortable'] as const).map((value) => ({ value, label: t.densities[value] }))}
            />
            <Choice<Settings['zone']>
              label={t.zone}
              value={settings.zone}
              onChange={(zone) => changeSettings({ zone })}
              options={(['browser', 'Asia/Shanghai', 'UTC'] as const).map((value) => ({
                value,
                label: t.zones[value],
              }))}
            />
            <Choice<'on' | 'off'>
              label={t.keys}
              value={settings.singleKeys ? 'on' : 'off'}
              onChange={(value) => changeSettings({ singleKeys: value === 'on' })}
              options={[
                { value: 'on', label: t.keysOn },
                { value: 'off', label: t.keysOff },
              ]}
            />
            <p className="sd-2 sd-small">{t.keysHint}</p>
          </div>
          <p className="sd-2 sd-small">{t.savedHere}</p>
        </section>
      </div>
    </Page>
  )
}
