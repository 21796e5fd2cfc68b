import type { Same } from '../same.ts'
import type { items as english } from '../en/items.ts'

export const items = {
  open: 'открыта <age></age>',
  seen: '{n, plural, one {повторилась # раз} few {повторилась # раза} many {повторилась # раз} other {повторилась # раза}}',
  mine: 'У вас уже <age></age>',
  owner: 'Занимается <name></name>, уже <age></age>',
  noPayout: 'Не об отдельной выплате',
  proposal: 'Открыть предложение',
  waysOut: 'Доказательства и как закрыть',
  details: 'Технические подробности',
  take: 'Взять на себя<of>: <item></item></of>',
  drop: 'Вернуть<of>: <item></item></of>',
  takeOver: 'Забрать у: <name></name><of>: <item></item></of>',
  close: 'Закрыть задачу<of>: <item></item></of>',
  how: 'Как решили',
  closeButton: 'Закрыть',
  notClosed: 'Задача не закрыта',
  enterHow: 'Напишите, как решили.',
  closesItself: 'Задача закроется сама, когда исчезнет её причина. До тех пор её должны видеть все.',
} as const satisfies Same<typeof english>
