/** What a route file exports. `never`: each handler knows the parameters of its own address. */
export type Handler = (request: Request, context: { params: Promise<never> }) => Response | Promise<Response>

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
export type Method = (typeof methods)[number]

export type RouteModule = Partial<Record<Method, Handler>>
