import { type DragEvent, useRef, useState } from 'react'
import { bytes } from '../../format/bytes.ts'
import { count } from '../../format/number.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { useWords } from '../../messages/index.ts'
import { Button } from '../../parts/basic.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Progress } from '../../parts/Progress.tsx'
import { type Chosen, chosenFrom, sizeOf, type Unfit } from './chosenFiles.ts'
import { ImportResult } from './ImportResult.tsx'
import { filesDropped, filesOf } from './pickedFiles.ts'
import type { PackedFile } from './tarGz.ts'
import { type Phase, useImport } from './useImport.ts'

type Note = Unfit | 'nothing' | 'busy'

/** Imports rules: files, a folder or an archive, chosen or dropped; then says what became of each. */
export function ImportDialog({
  onImported,
  onClose,
}: {
  readonly onImported: () => void
  readonly onClose: () => void
}) {
  const t = useWords().importing
  const [chosen, setChosen] = useState<Chosen | undefined>()
  const [note, setNote] = useState<Note | undefined>()
  const job = useImport(onImported)
  const take = (files: readonly PackedFile[]) => {
    if (files.length === 0) return
    const next = chosenFrom(files, chosen)
    setNote(typeof next === 'string' ? next : undefined)
    if (typeof next !== 'string') setChosen(next)
  }
  if (job.result !== undefined)
    return (
      <Dialog title={t.done} onClose={onClose} size={720}>
        <ImportResult
          result={job.result}
          onClose={onClose}
          onMore={() => {
            setChosen(undefined)
            job.clear()
          }}
        />
      </Dialog>
    )
  return (
    <Dialog
      title={t.title}
      submit={t.submit}
      failure={job.failure === undefined ? undefined : withText(job.failure, t.http)}
      onClose={onClose}
      size={560}
      onSubmit={() => {
        if (job.phase !== undefined) return setNote('busy')
        if (chosen === undefined) return setNote('nothing')
        setNote(undefined)
        job.start(chosen)
      }}
    >
      <p>{t.text}</p>
      <Drop onFiles={take} />
      {chosen !== undefined && (
        <div className="sd-chosen">
          <Icon name="check" size={14} />
          <span className="sd-wrap">
            {chosen.kind === 'archive'
              ? t.chosenArchive(chosen.file.name, bytes(chosen.file.size))
              : t.chosen(count(chosen.files.length), bytes(sizeOf(chosen)))}
          </span>
          {job.phase === undefined && (
            <Button
              kind="link"
              onClick={() => {
                setChosen(undefined)
                setNote(undefined)
              }}
            >
              {t.clear}
            </Button>
          )}
          {chosen.kind === 'files' && chosen.skipped > 0 && (
            <p className="sd-2 sd-small">{t.skipped(count(chosen.skipped))}</p>
          )}
        </div>
      )}
      {job.phase !== undefined && <PhaseBar phase={job.phase} />}
      <div role="status">
        {note !== undefined && (
          <p className={note === 'busy' ? 'sd-2' : 'sd-field-error'}>
            {note !== 'busy' && <Icon name="warning" size={13} />} {t[note]}
          </p>
        )}
      </div>
    </Dialog>
  )
}

function withText<F extends { readonly code: string; readonly message: string }>(
  failure: F,
  http: (status: string) => string,
): F {
  return failure.code.startsWith('HTTP-') ? { ...failure, message: http(failure.code.slice(5)) } : failure
}

function PhaseBar({ phase }: { readonly phase: Phase }) {
  const t = useWords().importing
  const amount =
    phase.name === 'packing'
      ? `${count(phase.done)} / ${count(phase.total)}`
      : `${bytes(phase.done)} / ${bytes(phase.total)}`
  return (
    <Progress
      label={t.progress}
      done={phase.done}
      total={phase.total}
      text={phase.name === 'reading' ? t.reading : `${t[phase.name]} ${amount}`}
    />
  )
}

/** A place to drop files on, with buttons that choose them for those who do not drag. */
function Drop({ onFiles }: { readonly onFiles: (files: readonly PackedFile[]) => void }) {
  const t = useWords().importing
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const drag = (on: boolean) => (event: DragEvent) => {
    event.preventDefault()
    setOver(on)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the pointer; the buttons inside do the same
    <div
      className="sd-drop"
      data-over={over || undefined}
      onDragEnter={drag(true)}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        void filesDropped(event.dataTransfer.items).then(onFiles)
      }}
    >
      <p>{over ? t.dropNow : t.drop}</p>
      <p className="sd-2 sd-small">{t.types}</p>
      <div className="sd-row-of-buttons">
        <Button onClick={() => files.current?.click()} data-autofocus>
          {t.chooseFiles}
        </Button>
        <Button onClick={() => folder.current?.click()}>{t.chooseFolder}</Button>
      </div>
      <input
        ref={files}
        type="file"
        hidden
        multiple
        aria-label={t.chooseFiles}
        accept=".yml,.yaml,.zip,.gz,.tgz"
        onChange={(event) => {
          onFiles(filesOf(event.target.files))
          event.target.value = ''
        }}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={t.chooseFolder}
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          onFiles(filesOf(event.target.files))
          event.target.value = ''
        }}
      />
    </div>
  )
}
