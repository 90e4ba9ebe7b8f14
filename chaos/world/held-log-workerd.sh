#!/usr/bin/env bash
# workerd, whose log is read at once and held in memory until somebody takes it. Miniflare's stub for evictions blocks
# the thread that reads the log; with a full pipe between them both would wait for ever.
set -euo pipefail
hold="$(dirname "$0")/hold-log.ts"
exec "$CHAOS_WORKERD" "$@" > >("$CHAOS_NODE" "$hold" 3>&-) 2> >("$CHAOS_NODE" "$hold" >&2 3>&-)
