# Sourced by ./stylefarm, ./test and others. Installs what is missing, builds what changed, and is silent when nothing is to be done.
#   bootstrap native|run|test     the bridges to native libraries; them and the program; all of that and the tests
#   bootstrap_services            the servers of a cluster, for tests and development
# Environment: STYLEFARM_TORCH_PREFIX   CMAKE_PREFIX_PATH of another libtorch (a CUDA build, say)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
artifacts="$root/artifacts"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '%s\n' "stylefarm: $*" >&2; }
die() { say "$*"; exit 2; }

# packages_of SECTION: the package names below the line '# [SECTION]'.
packages_of() {
    awk -v want="$1" '/^# \[/ { split($2, s, /[][]/); section = s[2]; next } /^#|^$/ { next } section == want { print $1 }' \
        "$root/scripts/debian-packages.txt"
}

# install_packages SECTION...: installs those that dpkg does not report as installed.
install_packages() {
    local missing=() package section
    for section in "$@"; do
        for package in $(packages_of "$section"); do
            [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" == installed ]] || missing+=("$package")
        done
    done
    ((${#missing[@]})) || return 0

    local sudo=()
    if ((EUID != 0)); then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo=(sudo)
        else die "missing Debian packages, and no right to install them. Run:  sudo apt-get install --no-install-recommends ${missing[*]}"; fi
    fi
    say "installing ${missing[*]}"
    local log="$artifacts/apt.log"
    mkdir -p "$artifacts"
    # Run level 1 keeps servers that come with packages from starting; where systemd starts them all the same, they harm nothing here.
    { "${sudo[@]}" apt-get update -qq &&
        "${sudo[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; die "apt-get could not install them (all of its output: $log)"; }
}

# bootstrap_services: the servers of a cluster for development and tests. Where they cannot be had, who needs one says so.
bootstrap_services() {
    local stamp="$artifacts/.stamp-packages-services"
    changed "$stamp" "$root/scripts/debian-packages.txt" || return 0
    mkdir -p "$artifacts"
    (install_packages services) || say "without them there is no cluster to test on: tests that need it are skipped, each with its reason"
    touch "$stamp"
}

# changed STAMP PATH...: true when a file or folder below one of the paths is newer than the stamp.
changed() {
    local stamp=$1
    shift
    [[ ! -e "$stamp" || -n "$(find "$@" -newer "$stamp" -not -path '*/node_modules*' -print -quit)" ]]
}

build_native() {
    local name=$1 source=$2 log="$artifacts/native-$1.log"
    changed "$artifacts/native/.stamp-$name" "$source" || return 0
    say "building the native bridge to $name"
    mkdir -p "$artifacts/native"
    local started
    started=$(mktemp "$artifacts/native/.start-XXXXXX")
    { cmake -S "$source" -B "$artifacts/native/build-$name" -DCMAKE_BUILD_TYPE=Release \
            -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$artifacts/native" ${STYLEFARM_TORCH_PREFIX:+-DCMAKE_PREFIX_PATH="$STYLEFARM_TORCH_PREFIX"} &&
        cmake --build "$artifacts/native/build-$name" --parallel "$(nproc)"; } >"$log" 2>&1 ||
        { tail -n 40 "$log" >&2; rm -f "$started"; die "the native bridge to $name did not build (all of its output: $log)"; }
    mv "$started" "$artifacts/native/.stamp-$name"
}

require_dotnet() {
    command -v dotnet >/dev/null ||
        die "the .NET 10 SDK is missing: see https://learn.microsoft.com/dotnet/core/install/linux-debian, then run this again"
}

# build_managed STAMP TARGET PATH...: dotnet build in Release, when one of the paths changed.
build_managed() {
    local stamp="$artifacts/.stamp-$1" target=$2 log="$artifacts/build-$1.log"
    shift 2
    changed "$stamp" "$@" "$root"/*.props "$root/global.json" "$root/BannedSymbols.txt" "$root/.editorconfig" \
        "$artifacts/native/.stamp-torch" "$artifacts/native/.stamp-vips" || return 0
    require_dotnet
    say "building (the first time takes a minute or two)"
    mkdir -p "$artifacts"
    local started
    started=$(mktemp "$artifacts/.start-XXXXXX")
    dotnet build "$target" -c Release --nologo -v quiet -clp:NoSummary -nodeReuse:false -p:UseSharedCompilation=false >"$log" 2>&1 ||
        { grep -E 'error|warn' "$log" | sort -u | head -n 40 >&2; rm -f "$started"; die "the build failed (all of its output: $log)"; }
    mv "$started" "$stamp"
}

bootstrap() {
    local stamp="$artifacts/.stamp-packages-$1"
    mkdir -p "$artifacts"
    exec 9>"$artifacts/.lock"
    flock 9
    if changed "$stamp" "$root/scripts/debian-packages.txt"; then
        if [[ $1 == test ]]; then install_packages run test; else install_packages run; fi
        touch "$stamp"
    fi
    if [[ $1 == test ]]; then bootstrap_services; fi
    build_native torch "$root/src/Torch/native"
    build_native vips "$root/src/StyleTransfer/native"
    case $1 in
        test) build_managed test "$root/StyleFarm.sln" "$root/src" "$root/tests" ;;
        run) build_managed run "$root/src/Cli/Cli.csproj" "$root/src" ;;
    esac
    exec 9>&-
}
