import type { System as SystemModel } from '../../core/model/index.ts'
import type { Row } from '../loaders.ts'
import { builder } from './builder.ts'

/** A classified system (定级对象), as a type that others can name before its fields are there. */
export const System = builder.objectRef<Row<SystemModel>>('System')
