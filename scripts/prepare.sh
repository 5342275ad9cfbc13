# Sourced by ./start and ./check: installs what is missing, and nothing when nothing is.
#
# Gives: root (the clone's folder) and the functions below. Needs bash.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
# An empty HOME would make pip keep its cache in /; an unset one makes it ask the system.
[ -n "${HOME:-}" ] || unset HOME

# The first Python on the PATH that is new enough, on standard output.
find_python() {
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# Debian packages of the list that are not installed, one a line.
missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            echo "$package"
    done
}

# install_packages PACKAGE…: with apt-get, as root or by sudo. What cannot be installed is said and
# left out: the program runs without sound, and each test names the tool that it lacks.
install_packages() {
    local missing as_root=()
    if ! command -v apt-get >/dev/null; then
        echo "No apt-get here. Unless you have them, install what Debian calls: $*" >&2
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Neither root nor sudo. Please have these installed: ${missing[*]}" >&2
            return
        fi
        as_root=(sudo)
    fi
    echo "Installing with apt-get: ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -qq &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null ||
        echo "apt-get failed; going on without: ${missing[*]}" >&2
}

# Debian's installer writes this file; a system from debootstrap knows no "localhost" without it.
name_this_machine() {
    [ -e /etc/hosts ] || [ "$(id -u)" -ne 0 ] || echo "127.0.0.1 localhost" >/etc/hosts
}

# The virtual environment works, and was made for this folder (it holds absolute paths).
venv_is_good() {
    "$venv/bin/python" -c 'import pip' 2>/dev/null && grep -qF "$venv" "$venv/pyvenv.cfg"
}

make_venv() {
    local python
    if ! python=$(find_python) || ! "$python" -c 'import ensurepip' 2>/dev/null; then
        install_packages python3 python3-venv
    fi
    if ! python=$(find_python); then
        echo "No Python 3.11 or newer on the PATH; please install one." >&2
        return 1
    fi
    "$python" -m venv --clear "$venv" || return
    # Dependency groups are unknown to the pip of Debian 12.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "pip>=25.1"
}

# pip_install STAMP ARGUMENT…: into .venv, unless STAMP is of the pyproject.toml as it is now.
pip_install() {
    local stamp=$venv/$1 wanted
    shift
    venv_is_good || make_venv || return
    wanted=$(sha256sum <"$root/pyproject.toml")
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    echo "Installing Python packages into .venv" >&2
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@" || return
    echo "$wanted" >"$stamp"
}
