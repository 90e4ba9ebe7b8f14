/*
 * Stands for `pino-http`, which Probot's server imports and whose browser build does not start in workerd.
 * The Worker never starts that server; only the names must exist.
 */
export const startTime = Symbol('startTime');

type Middleware = (request: unknown, response: unknown, next?: () => void) => void;

export const pinoHttp = (): Middleware => (_request, _response, next) => next?.();

export default pinoHttp;
