/** The places that a target's seals are bound to. */
export const addressPlace = (targetId: string) => `webhook_address:${targetId}`
export const secretPlace = (targetId: string) => `webhook_secret:${targetId}`
