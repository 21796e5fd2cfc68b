-- Pictures that admins proposed as the logo, by the hash of their bytes; the brand and each change of it name one by its hash.
-- Locks: none on tables that exist already.

-- CreateTable
CREATE TABLE "brand_logo" (
    "hash" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "brand_logo_pkey" PRIMARY KEY ("hash")
);

ALTER TABLE "brand_logo" ADD CONSTRAINT "brand_logo_small" CHECK (octet_length(bytes) BETWEEN 1 AND 204800);
ALTER TABLE "brand_logo" ADD CONSTRAINT "brand_logo_named_by_bytes" CHECK (hash = encode(sha256(bytes), 'hex'));
ALTER TABLE "brand_logo" ADD CONSTRAINT "brand_logo_type" CHECK (type IN ('image/png', 'image/webp'));
