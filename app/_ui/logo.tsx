import type { Logo as Picture } from '#lib/payouts/logo.ts'

/** The merchant's logo, as high as the sign it takes the place of. `name` is what it says. */
export function Logo({ logo, name, className = '' }: { logo: Picture; name: string; className?: string }) {
  return (
    // Next's own would ask its optimizer for it; this is small and kept for good.
    <img
      src={`/api/brand/logo/${logo.hash}`}
      width={logo.width}
      height={logo.height}
      alt={name}
      className={`h-8 w-auto max-w-44 object-contain object-left ${className}`}
    />
  )
}
