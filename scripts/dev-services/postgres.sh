# Sourced by dev-services.sh: PostgreSQL, on port base+7.

postgres_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)

postgres_need() { [[ -n $postgres_bin && -x $postgres_bin/initdb ]] || missing PostgreSQL postgresql; }

postgres_port() { echo $(($(<"$dir/ports") + 7)); }

postgres_pids() { pid_in "$dir/postgres/data/postmaster.pid"; }

postgres_prepare() {
    local home=$dir/postgres
    mkdir -p "$home"
    own postgres "$home"
    [[ ! -f $home/data/PG_VERSION ]] || return 0
    printf '%s\n' "$secret" >"$home/password"
    own postgres "$home"
    as_user postgres "$postgres_bin/initdb" -D "$home/data" -U farm --pwfile="$home/password" -A scram-sha-256 -E UTF8 --locale=C.UTF-8 -N \
        >"$home/initdb.log" 2>&1 || { tail -n 5 "$home/initdb.log" >&2; die "PostgreSQL could not be set up in $home"; }
    rm "$home/password"
    # Without a socket file: its path could be too long.
    as_user postgres tee -a "$home/data/postgresql.conf" >/dev/null <<END
listen_addresses = '127.0.0.1'
port = $((base + 7))
unix_socket_directories = ''
shared_buffers = 64MB
max_connections = 80
END
}

postgres_start() {
    [[ -z $(postgres_pids) ]] || return 0
    local home=$dir/postgres
    # What a killed postmaster left names a process that may be a zombie still, or another by now. Its children go by themselves, and must
    # have gone: two servers on the same files destroy them.
    until_true 10 postgres_is_let_go || { say "PostgreSQL's processes of before are still there"; return 1; }
    rm -f "$home/data/postmaster.pid"
    launch postgres "$home/launch.pid" "$home/log" "$postgres_bin/postgres" -D "$home/data"
    until_true 30 postgres_settled && [[ -n $(postgres_pids) ]] && postgres_database && return 0
    say "PostgreSQL does not get ready:"
    tail -n 5 "$home/log" >&2
    return 1
}

# Whether no process holds the shared memory that postmaster.pid names.
postgres_is_let_go() {
    local pid_file=$dir/postgres/data/postmaster.pid memory
    [[ -s $pid_file ]] || return 0
    memory=$(sed -n '7s/.* //p' "$pid_file")
    ! awk -v id="${memory:-none}" '$2 == id && $7 > 0 { held = 1 } END { exit !held }' /proc/sysvipc/shm
}

postgres_settled() {
    grep -q '^ready' <(sed -n 8p "$dir/postgres/data/postmaster.pid" 2>/dev/null) || [[ -z $(pid_in "$dir/postgres/launch.pid") ]]
}

postgres_database() {
    [[ ! -f $dir/postgres/made ]] || return 0
    PGPASSWORD=$secret "$postgres_bin/psql" -q -h 127.0.0.1 -p "$(postgres_port)" -U farm postgres -c 'create database stylefarm' >&2 &&
        touch "$dir/postgres/made"
}

# Fast: open connections are ended, not waited for.
postgres_stop() {
    local pid
    pid=$(postgres_pids)
    [[ -n $pid ]] || return 0
    kill -INT "$pid" 2>/dev/null || true
    until_true 10 is_gone "$pid" || end "$pid" 5
}

postgres_gone() { until_true 5 postgres_is_gone; }

postgres_is_gone() { [[ -z $(postgres_pids) ]]; }

postgres_environment() {
    [[ -n $(postgres_pids) ]] || return 0
    printf "STYLEFARM_JOURNAL='postgres://farm:%s@127.0.0.1:%s/stylefarm'\n" "$secret" "$(postgres_port)"
}
