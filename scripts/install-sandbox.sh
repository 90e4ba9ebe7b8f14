#!/usr/bin/env bash
# Installs what Claude's sandbox needs on Debian and Ubuntu: bubblewrap, socat, ripgrep. As root it installs; otherwise
# it prints the command. Ends with 0 when everything is there, with 1 when something is missing.
set -euo pipefail

missing=()
for pair in bwrap:bubblewrap socat:socat rg:ripgrep; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ "${#missing[@]}" -eq 0 ]; then
  echo "The sandbox has all it needs: $(bwrap --version), socat, ripgrep."
  exit 0
fi

if ! command -v apt-get >/dev/null; then
  echo "Install these with this system's package manager: ${missing[*]}" >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Run as root: apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "Installed for the sandbox: ${missing[*]}"
