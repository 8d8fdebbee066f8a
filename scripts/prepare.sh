# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
# Sourced by scripts/run and scripts/test: packages and configuration.
# Everything it says goes to stderr, so that a result on stdout stays clean.
# Expects $root, the folder of the source tree.

say() { printf '%s\n' "$*" >&2; }
give_up() {
    say "$(basename "$0"): $*"
    exit 2
}

# packages_for GROUP...: the names of scripts/packages.txt that this Debian needs, one a line.
packages_for() {
    local codename group package only
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME-}")
    while read -r group package only; do
        case " $* " in *" $group "*) ;; *) continue ;; esac
        [ -z "$only" ] || [ "$only" = "$codename" ] || continue
        printf '%s\n' "$package"
    done < <(grep -v '^#' "$root/scripts/packages.txt")
}

# install_packages GROUP...: asks apt only for what dpkg does not know as installed.
install_packages() {
    command -v dpkg-query >/dev/null || give_up "needs a Debian system (dpkg-query is not here)"
    local wanted installed missing
    wanted=$(packages_for "$@")
    # shellcheck disable=SC2086  # one word a package
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $wanted 2>/dev/null |
        sed -n 's/^installed //p' || true)
    missing=$(printf '%s\n' "$wanted" | grep -vxF -e "$installed" || true)
    [ -n "$installed" ] || missing=$wanted
    [ -n "$missing" ] || return 0

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            give_up "these packages are missing and there is no sudo to install them: ${missing//$'\n'/ }"
        as_root=(sudo)
    fi
    say "installing Debian packages:"
    say "$(printf '%s\n' "$missing" | sed 's/^/  /')"
    export DEBIAN_FRONTEND=noninteractive
    local log
    log=$(mktemp)
    # Stale lists ask for versions that the mirror no longer has. Without a network the
    # lists on disk may still do, so a failing update is not the end.
    "${as_root[@]}" apt-get -q update </dev/null >"$log" 2>&1 || say "apt-get update failed; going on"
    # jackd2 asks whether everybody may run in real time: no, and nobody is there to answer.
    case $missing in *jackd2*)
        echo "jackd2 jackd/tweak_rt_limits boolean false" | "${as_root[@]}" debconf-set-selections || true ;;
    esac
    # shellcheck disable=SC2086
    if ! "${as_root[@]}" apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
        install --no-install-recommends $missing </dev/null >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        give_up "apt-get could not install the packages above"
    fi
    rm -f "$log"
}

# configure PRESET FOLDER [CMAKE WORDS]: only when there is nothing to build from. Later changes of
# CMakeLists.txt or of the list of files are noticed by the build itself.
configure() {
    local preset=$1 folder=$2
    shift 2
    if [ -f "$folder/build.ninja" ] &&
        grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt" 2>/dev/null; then
        return 0
    fi
    mkdir -p "$folder" 2>/dev/null || true
    [ -w "$folder" ] || give_up "cannot write to $folder; copy the tree to a folder of your own"
    # --fresh: the tree was moved, or a first attempt was cut off half-way.
    (cd "$root" && cmake --preset "$preset" -B "$folder" --fresh "$@") >&2
}

cores() { nproc 2>/dev/null || echo 2; }
