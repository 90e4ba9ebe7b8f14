/**
 * An answer of another server with all of its body: whoever reads it waits for nothing more, and one that breaks off
 * fails here.
 *
 * The body is handed on as a stream. workerd never frees the bytes of a Response that was made of them (or of a text)
 * and then read: each answer of the record would stay in memory.
 */
export async function wholeAnswer(response: Response): Promise<Response> {
  if (response.body === null) return response;
  const bytes = await response.arrayBuffer();
  return new Response(new Blob([bytes]).stream(), response);
}
