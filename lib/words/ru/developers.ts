import type { Same } from '../same.ts'
import type { developers as english } from '../en/developers.ts'

export const developers = {
  title: 'API для разработчиков',
  lead: 'Все вызовы API этого портала — по описанию, которое читают программы. Сами описания на английском.',
  document: 'Описание OpenAPI',
  scopes: 'Право:',
  scopesOneOf: 'Одно из прав:',
  inAddress: 'В адресе',
  inQuery: 'В параметрах запроса',
  inHeader: 'В заголовке',
  parameters: 'Параметры',
  requiredThere: '{where}, обязательно',
  body: 'Тело запроса',
  answers: 'Ответы',
  problems: 'Если ответ отрицательный',
  problemsLead: 'Код ошибки (`code`) не меняется: решайте по нему. Её `type` ведёт к этому списку.',
  command: 'Команда',
  key: 'Ключ API',
  keyHint: 'Чтобы пробовать вызовы на этой странице. Он не сохраняется и отправляется только на этот портал.',
  real: 'Запросы с этой страницы настоящие',
  realText:
    'Выплата, запрошенная здесь, — настоящая выплата. На рабочей системе берите ключ, который может только читать.',
  try: 'Попробовать',
  send: 'Отправить',
  sending: 'Отправляем…',
  noKey: 'Сначала введите ключ API вверху страницы.',
  answered: 'Ответ {status} за {ms} мс',
  notAnswered: 'Портал не ответил. Проверьте соединение и отправьте ещё раз.',
} as const satisfies Same<typeof english>
