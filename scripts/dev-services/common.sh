# Sourced by dev-services.sh: what all services share.

say() { printf 'stylefarm: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }

# missing SERVICE PACKAGES: says how to get it.
missing() { say "$1 is not installed; run: sudo apt-get install --no-install-recommends $2"; return 1; }

# Servers that Debian gives a user of their own run as it when started by root: PostgreSQL refuses root, and nothing here needs it.
as_user() {
    local user=$1
    shift
    if ((EUID == 0)); then setpriv --reuid="$user" --regid="$user" --clear-groups "$@"; else "$@"; fi
}

# own USER FOLDER: gives a folder to the user that the server runs as.
own() {
    ((EUID == 0)) || return 0
    chown -R "$1:$1" "$2"
    as_user "$1" test -x "$2" || die "$2: the user $1 cannot get there; give a folder that all may enter with --dir"
}

# launch USER PIDFILE LOG COMMAND...: starts a server that outlives this script, and keeps its process id.
launch() {
    local user=$1 pid_file=$2 log=$3
    shift 3
    # A session of its own: its process id is also that of its group, and no signal for the caller's group reaches it.
    if ((EUID == 0)); then setsid setpriv --reuid="$user" --regid="$user" --clear-groups "$@" </dev/null >>"$log" 2>&1 8>&- 9>&- &
    else setsid "$@" </dev/null >>"$log" 2>&1 8>&- 9>&- & fi
    echo $! >"$pid_file"
}

# A process that was killed may stay a zombie for a while where nothing reaps it: that counts as gone.
alive() {
    local state
    [[ -n ${1:-} && -r /proc/$1/stat ]] || return 1
    state=$(sed -E 's/^.*\) ([A-Z]).*/\1/' "/proc/$1/stat" 2>/dev/null) && [[ -n $state && $state != Z && $state != X ]]
}

# pid_in FILE: the process whose id is the file's first line, if it runs. Its line may lack an end.
pid_in() {
    local pid=
    [[ ! -s $1 ]] || read -r pid <"$1" || true
    ! alive "$pid" || echo "$pid"
}

# until_true SECONDS COMMAND...
until_true() {
    local tries=$(($1 * 10))
    shift
    while ! "$@"; do ((tries-- > 0)) || return 1; sleep 0.1; done
}

# end PID SECONDS: asks a server to stop, and kills it when it does not.
end() {
    [[ -n $1 ]] || return 0
    kill -TERM "$1" 2>/dev/null || true
    until_true "$2" is_gone "$1" || { kill -KILL "$1" 2>/dev/null || true; until_true 5 is_gone "$1"; }
}

is_gone() { ! alive "$1"; }

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Sixteen ports in a row, below those that the system gives to clients; where to look first depends on the folder, so that two folders
# that start at once do not meet.
choose_ports() {
    local first tries base port
    first=$(($(cksum <<<"$dir" | cut -d' ' -f1) % 700))
    for ((tries = 0; tries < 700; tries++)); do
        base=$((20000 + (first + tries) % 700 * 16))
        for ((port = base; port < base + 12; port++)); do answers $port && continue 2; done
        echo $base
        return
    done
    die "no 12 free ports in a row from 20000 to 31200; give some with --port-base"
}

# The settings of the folder, chosen when it is first used: ports, one password, the number of RabbitMQ nodes.
prepare() {
    exec 8>"$dir/.lock"
    flock 8
    [[ -z $port_base || ! -f $dir/ports || $port_base == "$(<"$dir/ports")" ]] ||
        die "$dir was made for the ports from $(<"$dir/ports"); leave --port-base away, or give another --dir"
    [[ -f $dir/ports ]] || echo "${port_base:-$(choose_ports)}" >"$dir/ports"
    [[ -z $rabbit_nodes || ! -f $dir/rabbit-nodes || $rabbit_nodes == "$(<"$dir/rabbit-nodes")" ]] ||
        die "$dir was made for $(<"$dir/rabbit-nodes") RabbitMQ node(s); leave --rabbit-nodes away, or give another --dir"
    [[ -f $dir/rabbit-nodes || ! " ${services[*]} " =~ " rabbitmq" ]] || echo "${rabbit_nodes:-1}" >"$dir/rabbit-nodes"
    [[ -f $dir/secret ]] || (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$dir/secret")
    flock -u 8
    read_settings
}

read_settings() {
    [[ -f $dir/ports ]] || die "$dir: nothing was started there; use up first"
    base=$(<"$dir/ports")
    secret=$(<"$dir/secret")
}

# write_environment: what is up, as variables.
write_environment() {
    read_settings
    exec 8>"$dir/.lock"
    flock 8
    (umask 077 && { rabbitmq_environment; postgres_environment; s3_environment; } >"$dir/services.env.new")
    mv "$dir/services.env.new" "$dir/services.env"
    flock -u 8
}

# watch_over PID: takes everything down when that process has gone, however it went.
watch_over() {
    [[ ! -s $dir/watch.pid ]] || ! alive "$(<"$dir/watch.pid")" || return 0
    setsid bash -c 'tail --pid="$1" -f /dev/null; bash "$2" down --dir "$3" && rm -rf "$3"' \
        watch "$1" "$here/dev-services.sh" "$dir" </dev/null >/dev/null 2>&1 8>&- 9>&- &
    echo $! >"$dir/watch.pid"
}

report() {
    local unit pid states=()
    for unit in $(for service in rabbitmq postgres s3; do [[ -d $dir/$service ]] && units "$service"; done); do
        pid=
        read -r pid < <(call pids "$unit") || true
        states+=("$unit $([[ -n $pid ]] && echo up || echo down) $(call port "$unit") ${pid:-0}")
    done
    if ((json)); then report_json; return; fi
    ((${#states[@]})) || { echo "$dir: nothing was started there"; return; }
    printf '%s\n' "${states[@]}" | awk '{ printf "%-10s %-5s port %s%s\n", $1, $2, $3, $4 ? "  pid " $4 : "" }'
    [[ ! -s $dir/services.env ]] || { echo; cat "$dir/services.env"; echo; echo "for a shell:  set -a; . $dir/services.env; set +a"; }
}

report_json() {
    local state name value first=1
    printf '{"dir":"%s","services":[' "$dir"
    for state in "${states[@]}"; do
        read -r name up port pid <<<"$state"
        ((first)) || printf ,
        first=0
        printf '{"name":"%s","up":%s,"port":%s,"pid":%s}' "$name" "$([[ $up == up ]] && echo true || echo false)" "$port" "$pid"
    done
    printf '],"environment":{'
    first=1
    [[ ! -f $dir/services.env ]] || while IFS="=" read -r name value; do
        ((first)) || printf ,
        first=0
        value=${value#\'}
        printf '"%s":"%s"' "$name" "${value%\'}"
    done <"$dir/services.env"
    printf '}}\n'
}
