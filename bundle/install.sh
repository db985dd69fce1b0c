#!/bin/sh
# Installs the planner, without a network, into the folder "planner" beside this file or into the
# folder that is named: sh install.sh [FOLDER]
# Installerar planner utan nätverk i mappen "planner" intill den här filen eller i den mapp som anges.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=${1:-"$here/planner"}
python=${PYTHON:-python3.12}
if ! "$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info[:2] != (3, 12))' \
  2>/dev/null; then
  echo "Python 3.12 med venv behövs och finns inte här som $python." >&2
  echo "Python 3.12 with venv is needed, and is not here as $python." >&2
  exit 1
fi
"$python" -m venv "$folder"
"$folder/bin/python" -m pip --isolated install --quiet --no-input --disable-pip-version-check \
  --no-index --find-links "$here/wheels" planner
echo "Klart. Prova med: / Done. Try it with: \"$folder/bin/planner\" check"
