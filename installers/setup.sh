# Sourced by ./run and ./test: finds Python, makes the environment, names what the system lacks.
# Everything it says goes to stderr, one line per step: standard output belongs to the program.
# shellcheck shell=bash

umask 022 # what root makes here, the user it steps down to must be able to read
unset PYTHONHOME PYTHONPATH

PRIVILEGE=5 # exit codes are the program's own, see README
BROKEN=70

say() { # say FRENCH ENGLISH
    case "${LANGUAGE:-}${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    fr* | "" | C | C.* | POSIX) printf 'selfcare : %s\n' "$1" >&2 ;;
    *) printf 'selfcare: %s\n' "$2" >&2 ;;
    esac
}

die() { # die EXIT FRENCH ENGLISH
    say "$2" "$3"
    exit "$1"
}

is_root() { [ "$(id -u)" -eq 0 ]; }

# The owner of the checkout makes the environment, so that it can be brought up to date without root later.
as_owner() {
    local owner
    owner=$(stat -c %u "$ROOT" 2>/dev/null || echo 0)
    if is_root && [ "$owner" -ne 0 ] && command -v setpriv >/dev/null; then
        env HOME="$(home_of "$owner")" setpriv --reuid "$owner" --regid "$(stat -c %g "$ROOT")" --clear-groups -- "$@"
    else
        "$@"
    fi
}

home_of() { # the home folder of a user id; / where it has none
    local home
    home=$(getent passwd "$1" | cut -d: -f6)
    printf '%s' "${home:-/}"
}

# The system's own Python first: every user of the PC can read it, and it outlives version managers.
find_python() {
    local name found=""
    for name in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
        command -v "$name" >/dev/null 2>&1 || continue
        as_owner "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        found=${found:-$name}
        as_owner "$name" -c "import venv; from ensurepip import version" 2>/dev/null && { PYTHON=$name && return; }
    done
    if [ -n "$found" ]; then
        need_packages python3-venv
        PYTHON=$found
        return
    fi
    die $BROKEN "il faut Python 3.11 ou plus récent, et il n'y en a pas ici." \
        "Python 3.11 or newer is needed, and there is none here."
}

# Installs Debian packages when it may, else says the one command that does it.
need_packages() {
    if ! command -v apt-get >/dev/null; then
        die $BROKEN "il manque au système : $*" "the system lacks: $*"
    elif ! is_root; then
        die $PRIVILEGE "il manque des paquets. Commande à lancer : sudo apt-get install --no-install-recommends $*" \
            "packages are missing. Please run: sudo apt-get install --no-install-recommends $*"
    fi
    say "installation de paquets du système : $*" "installing system packages: $*"
    install_packages "$@" || die $BROKEN "l'installation de ces paquets a échoué : $*" "these packages could not be installed: $*"
}

install_packages() {
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 </dev/null && return
    apt-get update -qq >/dev/null 2>&1 </dev/null # the lists of a fresh machine are empty or old
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null </dev/null
}

# Beside the sources; in the user's cache when the checkout is read-only or its environment is another user's.
choose_venv() {
    VENV=$ROOT/.venv
    is_current "$1" && return
    if [ -d "$VENV" ]; then
        [ -w "$VENV" ] && return
    elif [ -w "$ROOT" ]; then
        return
    fi
    VENV=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/selfcare/venv-$(printf '%s' "$ROOT" | cksum | cut -d' ' -f1)
}

# What the environment was made from. Any change of dependencies or of the version makes it anew.
fingerprint() { cksum "$ROOT/pyproject.toml" "$ROOT/selfcare/__init__.py"; }

is_current() { # is_current EXTRA
    [ -x "$VENV/bin/python" ] && [ -r "$VENV/.selfcare-$1" ] && [ "$(<"$VENV/.selfcare-$1")" = "$FINGERPRINT" ]
}

# prepare base|desk|dev: leaves VENV ready to use.
prepare() {
    FINGERPRINT=$(fingerprint)
    choose_venv "$1"
    is_current "$1" && return
    as_owner mkdir -p "$VENV" 2>/dev/null ||
        die $BROKEN "impossible d'écrire ni dans $ROOT ni dans $VENV" "cannot write in $ROOT nor in $VENV"
    exec 9<"$ROOT/pyproject.toml" # two starts at once: the second waits
    flock 9 2>/dev/null || true
    if ! is_current "$1"; then make_environment "$1"; fi
    exec 9<&-
}

make_environment() {
    if ! as_owner "$VENV/bin/python" -c 'import pip' 2>/dev/null; then
        find_python
        say "première utilisation : préparation de Python (une minute environ)" "first use: preparing Python (about a minute)"
        as_owner "$PYTHON" -m venv --clear "$VENV" >&2 ||
            die $BROKEN "l'environnement Python n'a pas pu être créé" "the Python environment could not be made"
    fi
    say "installation de ce dont Selfcare a besoin" "installing what Selfcare needs"
    local target=$ROOT
    [ "$1" = base ] || target="$ROOT[$1]"
    local told
    told=$(as_owner "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --editable "$target" 2>&1 </dev/null) || {
        printf '%s\n' "$told" | tail -n 15 >&2
        die $BROKEN "l'installation a échoué ; cette première préparation demande un accès à Internet" \
            "the installation failed; this first preparation needs Internet access"
    }
    # A user who may not write here would otherwise compile everything at every start.
    as_owner "$VENV/bin/python" -m compileall -q "$ROOT/selfcare" "$ROOT/probes" "$ROOT/ui" >/dev/null 2>&1 || true
    # Whatever has an extra has the base as well, and what a developer has is all of it.
    local had=("$VENV/.selfcare-base" "$VENV/.selfcare-$1")
    [ "$1" != dev ] || had+=("$VENV/.selfcare-desk")
    printf '%s\n' "$FINGERPRINT" | as_owner tee "${had[@]}" >/dev/null
    rm -f "$VENV/.selfcare-window"
}

# Which package of Debian or Ubuntu brings a library that Qt's window needs.
package_of() {
    case $1 in
    libxcb-cursor.so.0) echo libxcb-cursor0 ;;
    libxcb-icccm.so.4) echo libxcb-icccm4 ;;
    libxcb-keysyms.so.1) echo libxcb-keysyms1 ;;
    libxcb-image.so.0) echo libxcb-image0 ;;
    libxcb-render-util.so.0) echo libxcb-render-util0 ;;
    libxcb-render.so.0) echo libxcb-render0 ;;
    libxcb-randr.so.0) echo libxcb-randr0 ;;
    libxcb-shape.so.0) echo libxcb-shape0 ;;
    libxcb-shm.so.0) echo libxcb-shm0 ;;
    libxcb-sync.so.1) echo libxcb-sync1 ;;
    libxcb-xfixes.so.0) echo libxcb-xfixes0 ;;
    libxcb-xkb.so.1) echo libxcb-xkb1 ;;
    libxcb.so.1) echo libxcb1 ;;
    libX11-xcb.so.1) echo libx11-xcb1 ;;
    libX11.so.6) echo libx11-6 ;;
    libxkbcommon-x11.so.0) echo libxkbcommon-x11-0 ;;
    libxkbcommon.so.0) echo libxkbcommon0 ;;
    libEGL.so.1) echo libegl1 ;;
    libGL.so.1 | libGLX.so.0 | libOpenGL.so.0) echo libgl1 ;;
    libfontconfig.so.1) echo libfontconfig1 ;;
    libfreetype.so.6) echo libfreetype6 ;;
    libdbus-1.so.3) echo libdbus-1-3 ;;
    libglib-2.0.so.0 | libgthread-2.0.so.0) apt-cache show libglib2.0-0t64 >/dev/null 2>&1 && echo libglib2.0-0t64 || echo libglib2.0-0 ;;
    libz.so.1) echo zlib1g ;;
    *) echo "$1" ;;
    esac
}

missing_libraries() {
    local qt
    for qt in "$VENV"/lib*/python3*/site-packages/PySide6/Qt; do
        [ -d "$qt" ] && ldd "$qt/plugins/platforms/libqxcb.so" "$qt/lib/libQt6Widgets.so.6" 2>/dev/null
    done | awk '/not found/ {print $1}' | sort -u
}

# The libraries of the window; asked of the loader once, since it takes longer than the window itself.
prepare_window() {
    local library packages=()
    [ -e "$VENV/.selfcare-window" ] && return
    [ "$(uname -s)" = Linux ] && command -v ldd >/dev/null || return 0
    for library in $(missing_libraries); do packages+=("$(package_of "$library")"); done
    if [ ${#packages[@]} -gt 0 ]; then
        mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
        need_packages "${packages[@]}"
    fi
    as_owner touch "$VENV/.selfcare-window" 2>/dev/null || true
}
