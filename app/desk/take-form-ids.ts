/** Which form a row's button belongs to. Apart from the forms, because a server component can't read what a client component exports. */
export const takeForm = 'take-approval'
export const dropForm = 'drop-approval'
