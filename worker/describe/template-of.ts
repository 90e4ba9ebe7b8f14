/** `/api/tasks/:id` as OpenAPI writes it: `/api/tasks/{id}`. */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}');
}
