export { PlainLines } from './plainLines.ts'
