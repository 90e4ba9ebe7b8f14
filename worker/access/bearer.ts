/** The credential of an `Authorization: Bearer` header (RFC 6750); null without one. */
export function bearerOf(request: Request): string | null {
  const [, credential = null] =
    /^Bearer ([\w.~+/=-]{1,2000})$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  return credential;
}
