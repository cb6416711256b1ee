import { useState } from 'react'
import { useAsk, useChange } from '../../graphql/ask.ts'
import type { Failure } from '../../graphql/failure.ts'
import { useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { TextField } from '../../parts/Form.tsx'
import { Go } from '../../parts/Go.tsx'
import { InlineFailure } from '../../parts/States.tsx'
import { NameCity, UnitsQuery } from '../administration/queries.ts'
import { UnitsForm } from '../administration/UnitsForm.tsx'
import { Guarded } from './Guarded.tsx'
import { Steps } from './SetUpPage.tsx'

/** Second step of the first set-up: the city's name and its units. */
export function CityPage() {
  const t = useWords().setUp
  return (
    <Guarded title={t.cityTitle}>
      <CityForm />
    </Guarded>
  )
}

function CityForm() {
  const words = useWords()
  const t = words.setUp
  const units = useAsk(UnitsQuery, {})
  const root = units.data?.units.find((u) => u.parentId === null)
  const nameCity = useChange(NameCity, 'nameCity')
  const [name, setName] = useState<string | undefined>()
  const [code, setCode] = useState<string | undefined>()
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const [saved, setSaved] = useState(false)
  const cityName = name ?? root?.name ?? ''
  const cityCode = code ?? root?.code ?? ''
  const required = (value: string) => (tried && value.trim() === '' ? words.form.required : undefined)
  return (
    <div className="sd-welcome-form" data-wide>
      <Steps at="city" />
      <h1>{t.cityTitle}</h1>
      <p className="sd-welcome-note">{t.cityIntro}</p>
      <form
        noValidate
        className="sd-dialog-body"
        onSubmit={async (event) => {
          event.preventDefault()
          setTried(true)
          if (cityName.trim() === '' || cityCode.trim() === '') return
          const answer = await nameCity({ cityName: cityName.trim(), cityCode: cityCode.trim().toUpperCase() })
          setSaved(answer.ok)
          setFailure(answer.ok ? undefined : answer.failure)
          if (answer.ok) units.reload()
        }}
      >
        <TextField
          label={t.cityName}
          hint={t.cityNameHint}
          value={cityName}
          onChange={(e) => setName(e.target.value)}
          error={required(cityName)}
        />
        <TextField
          label={t.cityCode}
          hint={t.cityCodeHint}
          value={cityCode}
          onChange={(e) => setCode(e.target.value)}
          error={required(cityCode)}
        />
        <InlineFailure failure={failure} />
        <div className="sd-row-of-buttons">
          <Button type="submit">{t.saveCity}</Button>
          <span role="status" className="sd-2">
            {saved ? t.citySaved : ''}
          </span>
        </div>
      </form>
      <UnitsForm
        onSaved={units.reload}
        {...(units.data === undefined ? {} : { count: String(units.data.units.length) })}
      />
      <Go to="/set-up/source" className="sd-button sd-button-primary">
        {t.toSource}
      </Go>
    </div>
  )
}
