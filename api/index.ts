export { type Api, createApi } from './createApi.ts'
export { printApiSchema } from './print.ts'
