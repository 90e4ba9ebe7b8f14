import { requestOf } from '../../protocol/api/client.ts';
import { EXPORT_FORMATS, type ExportKind } from '../../protocol/exports.ts';

const FORMAT_NAMES = { json: 'JSON', ndjson: 'JSON lines', csv: 'CSV' } as const;

type Props = {
  kinds: readonly ExportKind[];
  /** Filters of the export, as its operation names them. */
  query: Readonly<Record<string, string | undefined>>;
};

/** Links that the browser saves as files; the cookie goes along. */
export function ExportLinks({ kinds, query }: Props) {
  return (
    <details class="exports">
      <summary>Export</summary>
      <ul>
        {kinds.map((kind) => (
          <li key={kind}>
            {kind}:{' '}
            {EXPORT_FORMATS.map((format) => (
              <a
                key={format}
                href={requestOf(`GET /api/exports/${kind}`, { query: { format, ...query } }).url}
                download={`${kind}.${format}`}
                aria-label={`Export ${kind} as ${FORMAT_NAMES[format]}`}
              >
                {FORMAT_NAMES[format]}
              </a>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
