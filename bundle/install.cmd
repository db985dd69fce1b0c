@echo off
rem Installs the planner, without a network, into the folder "planner" beside this file or into the
rem folder that is named: install.cmd [FOLDER]. Then it waits for a key, lest a window that was opened
rem for it shut before anybody has read what it says; not so where PLANNER_QUIET is set.
setlocal
set "HERE=%~dp0"
set "FOLDER=%~1"
if not defined FOLDER set "FOLDER=%HERE%planner"
set "NEEDED=import sys, ensurepip, venv; sys.exit(sys.version_info[:2] != (3, 12) or sys.maxsize < 2**32)"
set "PYTHON=py -3.12"
%PYTHON% -c "%NEEDED%" >nul 2>&1 && goto found
set "PYTHON=python"
%PYTHON% -c "%NEEDED%" >nul 2>&1 && goto found
echo Python 3.12 (64 bitar) saknas.
echo Python 3.12 (64 bits) is missing.

:failed
if not defined PLANNER_QUIET pause
exit /b 1

:found
%PYTHON% -m venv "%FOLDER%" || goto failed
"%FOLDER%\Scripts\python.exe" -m pip --isolated install --quiet --no-input --disable-pip-version-check --no-index --find-links "%HERE%wheels" planner || goto failed
echo Klart. Prova med: / Done. Try it with: "%FOLDER%\Scripts\planner.exe" check
if not defined PLANNER_QUIET pause
