-- CreateIndex
CREATE INDEX "rate_limit_expire_idx" ON "rate_limit"("expire");
