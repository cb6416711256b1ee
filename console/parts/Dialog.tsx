import { Modal } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import type { Failure } from '../graphql/failure.ts'
import { useWords } from '../messages/index.ts'
import { Button } from './basic.tsx'
import { InlineFailure } from './States.tsx'

/** A dialog that names its object and effect; its button is verb and object. Submitting is never disabled. */
export function Dialog({
  title,
  submit,
  danger = false,
  failure,
  onSubmit,
  onClose,
  children,
  size,
}: {
  readonly title: string
  readonly submit?: string
  readonly danger?: boolean
  readonly failure?: Failure | undefined
  readonly onSubmit?: () => void
  readonly onClose: () => void
  readonly children: ReactNode
  readonly size?: number
}) {
  const words = useWords()
  return (
    <Modal.Root opened onClose={onClose} {...(size === undefined ? {} : { size })}>
      <Modal.Overlay />
      <Modal.Content>
        <div className="sd-dialog-head">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={words.frame.close} />
        </div>
        <form
          noValidate
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            onSubmit?.()
          }}
        >
          <div className="sd-dialog-body">{children}</div>
          <InlineFailure failure={failure} />
          <div className="sd-dialog-foot">
            <Button onClick={onClose}>{submit === undefined ? words.frame.close : words.form.cancel}</Button>
            {submit !== undefined && (
              <Button kind={danger ? 'danger' : 'primary'} type="submit">
                {submit}
              </Button>
            )}
          </div>
        </form>
      </Modal.Content>
    </Modal.Root>
  )
}
