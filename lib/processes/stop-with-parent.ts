// Loaded first into every process that start-process.ts starts (node --import): when its starter is gone, however it ended, the
// channel between them closes and the process stops as if it had been told to.

/** Longer than any of our processes takes to stop by itself. */
const giveUpAfterMs = 20_000

// Children of ours inherit Node's arguments and have channels of their own: those are not our business.
if (process.channel && process.env['STARTED_BY'] === String(process.ppid)) {
  // The channel alone must not keep a finished process alive.
  process.channel.unref()
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), giveUpAfterMs).unref()
    process.kill(process.pid, 'SIGTERM')
  })
}
