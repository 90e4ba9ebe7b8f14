#!/usr/bin/env bash
# Installs Prometheus and promtool on Debian and Ubuntu for the tests of /metrics; the service is neither started nor
# enabled. As root it installs; otherwise it prints the command. Ends with 0 when both are there, else with 1.
set -euo pipefail

if command -v prometheus >/dev/null && command -v promtool >/dev/null; then
  echo "Prometheus is there: $(promtool --version 2>&1 | head -1)."
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "Install prometheus and promtool with this system's package manager, or from https://prometheus.io/download/" >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Run as root: $0" >&2
  exit 1
fi

# Debian starts what it installs unless this says no (invoke-rc.d).
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi
apt-get update -qq && apt-get install -y -qq --no-install-recommends prometheus >/dev/null
if command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then systemctl disable prometheus >/dev/null 2>&1; fi
echo "Installed: $(promtool --version 2>&1 | head -1)."
