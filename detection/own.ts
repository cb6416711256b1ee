/** Folders of this checkout with our own rules, the pipelines, and lists for placeholders. */
export const OWN_RULES: string = `${import.meta.dirname}/rules`
export const OWN_LISTS: string = `${import.meta.dirname}/lists`
export const OWN_PIPELINES: string = `${import.meta.dirname}/pipelines`
