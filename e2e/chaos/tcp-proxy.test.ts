import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startTcpProxy } from './tcp-proxy.ts'
import type { TcpProxy } from './tcp-proxy.ts'

const heard: string[] = []
const server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    heard.push(chunk.toString())
    socket.write(`heard ${chunk.toString()}`)
  })
})
let proxy: TcpProxy
let client: Socket

beforeEach(async () => {
  heard.length = 0
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  proxy = await startTcpProxy((server.address() as AddressInfo).port)
  client = connect(proxy.port, '127.0.0.1')
  client.on('error', () => undefined)
  await once(client, 'connect')
})
afterEach(async () => {
  client.destroy()
  await proxy.close()
})

const ask = async (text: string) => {
  client.write(text)
  return String((await once(client, 'data'))[0])
}

describe('a proxied connection', () => {
  it('carries what is said in both directions', async () => {
    expect(await ask('hello')).toBe('heard hello')
  })

  it('is reset with all others', async () => {
    await ask('hello')
    expect(proxy.resetAll()).toBe(1)
    await expect(once(client, 'close')).rejects.toThrow('ECONNRESET')
  })

  it('breaks after a commit that did arrive', async () => {
    await ask('hello')
    proxy.loseCommitAnswers(1)
    client.write('COMMIT\0')
    await expect(once(client, 'close')).rejects.toThrow('ECONNRESET')
    expect(heard).toEqual(['hello', 'COMMIT\0'])
    expect(proxy.hurt.commitAnswers).toBe(1)
  })

  it('breaks before a commit, which never arrives', async () => {
    await ask('hello')
    proxy.loseCommits(1)
    client.write('COMMIT\0')
    await expect(once(client, 'close')).rejects.toThrow('ECONNRESET')
    expect(heard).toEqual(['hello'])
    expect(proxy.hurt.commits).toBe(1)
  })

  it('says nothing while it is stalled, and everything when it is called off', async () => {
    await ask('hello')
    proxy.stall(60_000)
    client.write('later')
    const answer = once(client, 'data')
    proxy.calm()
    expect(String((await answer)[0])).toBe('heard later')
  })
})
