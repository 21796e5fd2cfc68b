import type { Brand } from '#lib/payouts/brand.ts'
import type { Config, Deps } from '#lib/services/ports.ts'

/** The brand in force. Its name is what admins set, else that of `MAIL_FROM`. */
export async function showBrand(deps: {
  brand: Pick<Deps['brand'], 'read'>
  config: Pick<Config, 'merchantName'>
}): Promise<Brand> {
  const brand = await deps.brand.read()
  return { ...brand, name: brand.name ?? deps.config.merchantName }
}
