-- What the merchant has at Cardzo: which balance an endpoint asks for, and what was told last. Off by default.
-- Locks endpoint against everything until it commits, a few rows: columns with a constant default rewrite nothing. Other tables: none that exist already.

-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN "balance" TEXT,
ADD COLUMN "low_marks" JSONB NOT NULL DEFAULT '{}';

ALTER TABLE "endpoint" ADD CONSTRAINT endpoint_balance CHECK (char_length(balance) BETWEEN 1 AND 128);

-- CreateTable
CREATE TABLE "merchant_balance" (
    "endpoint_id" SMALLINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "name" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "short_term_hold_minor" BIGINT,
    "rolling_reserve_minor" BIGINT,
    "live_minor" BIGINT,
    "buffer_hold_minor" BIGINT,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "merchant_balance_pkey" PRIMARY KEY ("endpoint_id","currency","name")
);

-- CreateTable
CREATE TABLE "merchant_balance_turn" (
    "endpoint_id" SMALLINT NOT NULL,
    "taken_at" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "asked_at" TIMESTAMPTZ(3),
    "trouble" TEXT,
    "said" TEXT,

    CONSTRAINT "merchant_balance_turn_pkey" PRIMARY KEY ("endpoint_id")
);

-- CreateTable
CREATE TABLE "merchant_balance_low" (
    "endpoint_id" SMALLINT NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "low" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "merchant_balance_low_pkey" PRIMARY KEY ("endpoint_id","currency")
);
