import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useMutation } from 'urql'
import { graphql } from '../graphql/graphql.ts'
import { type Language, useWords } from '../messages/index.ts'
import { IconButton } from '../parts/basic.tsx'
import { Choice } from '../parts/Form.tsx'
import { changeSettings, useSettings } from '../session/settings.ts'

const SetLanguage = graphql(`
  mutation SetLanguage($language: Language!) { setLanguage(language: $language) { id language } }
`)

/** Chinese or English, each named in itself. Signed in, the account keeps it too. */
export function LanguageSwitch({ signedIn = false }: { readonly signedIn?: boolean }) {
  const words = useWords()
  const { language } = useSettings()
  const [, save] = useMutation(SetLanguage)
  return (
    <Choice<Language>
      label={words.frame.language}
      hideLabel
      value={language}
      onChange={(next) => {
        changeSettings({ language: next })
        if (signedIn) void save({ language: next })
      }}
      options={[
        { value: 'zh', label: '中文', lang: 'zh-CN' },
        { value: 'en', label: 'English', lang: 'en' },
      ]}
    />
  )
}

/** Light or dark. */
export function ThemeSwitch() {
  const words = useWords()
  const { setColorScheme } = useMantineColorScheme()
  const shown = useComputedColorScheme('light', { getInitialValueInEffect: false })
  return (
    <IconButton
      icon={shown === 'dark' ? 'sun' : 'moon'}
      label={shown === 'dark' ? words.frame.toLight : words.frame.toDark}
      onClick={() => setColorScheme(shown === 'dark' ? 'light' : 'dark')}
    />
  )
}
