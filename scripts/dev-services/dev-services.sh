#!/usr/bin/env bash
# Private RabbitMQ, PostgreSQL and S3 (OpenStack Swift) on the loopback address, for development and tests. Nothing of the machine's own
# servers is touched: all state lies in one folder, the ports are chosen free, nothing runs as root. Several folders can be up at once.
#   dev-services.sh up|down|status|restart|kill|freeze|thaw [SERVICE...] [--dir DIR] [--rabbit-nodes 1|3] [--port-base N] [--json] [--while PID]
# SERVICE: rabbitmq, rabbitmq1, rabbitmq2, rabbitmq3, postgres, s3; none means those that are there, or all for up.
# What is up stands in DIR/services.env, as variables for a shell. Exit codes: 0 done, 2 wrong use or a server that fails, 3 not installed.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
. "$here/common.sh"
. "$here/rabbitmq.sh"
. "$here/postgres.sh"
. "$here/s3.sh"

usage() { die "usage: dev-services up|down|status|restart|kill|freeze|thaw [rabbitmq|postgres|s3]... [--dir DIR] [--rabbit-nodes 1|3] [--port-base N] [--json]"; }

verb=${1:-}
[[ $verb =~ ^(up|down|status|restart|kill|freeze|thaw)$ ]] || usage
shift
dir=.stylefarm/dev-services rabbit_nodes='' port_base='' json=0 watched='' services=()
while (($#)); do
    [[ $1 != --*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
        --dir | --rabbit-nodes | --port-base | --while) (($# > 1)) || usage ;;&
        --dir) dir=$2; shift ;;
        --rabbit-nodes) [[ $2 == [13] ]] || die "--rabbit-nodes $2: must be 1 or 3"; rabbit_nodes=$2; shift ;;
        --port-base) [[ $2 =~ ^[0-9]+$ ]] && (($2 >= 1024 && $2 <= 65000)) || die "--port-base $2: must be from 1024 to 65000"; port_base=$2; shift ;;
        --while) [[ $2 =~ ^[0-9]+$ ]] || usage; watched=$2; shift ;;
        --json) json=1 ;;
        rabbitmq | rabbitmq[123] | postgres | s3) services+=("$1") ;;
        *) die "$1: no such service or option; the services are rabbitmq, postgres and s3" ;;
    esac
    shift
done

[[ $verb != up ]] || mkdir -p "$dir" 2>/dev/null || die "$dir: cannot be made; give another folder with --dir"
dir=$(readlink -m "$dir")

# units SERVICE...: the single servers behind the names.
units() {
    local service
    for service; do
        if [[ $service == rabbitmq ]]; then for ((n = 1; n <= $(rabbit_count); n++)); do echo "rabbitmq$n"; done; else echo "$service"; fi
    done
}

call() { # call VERB UNIT
    case $2 in
        rabbitmq*) "rabbitmq_$1" "${2#rabbitmq}" ;;
        *) "$2_$1" ;;
    esac
}

# Each in a process of its own, so that all start, or stop, at the same time.
call_all() {
    local verb=$1 jobs=() unit failed=0
    shift
    for unit; do call "$verb" "$unit" & jobs+=($!); done
    for job in "${jobs[@]}"; do wait "$job" || failed=1; done
    return $failed
}

send_all() { # send_all SIGNAL UNIT...
    local signal=$1 unit pid
    shift
    for unit; do for pid in $(call pids "$unit"); do kill "-$signal" "$pid" 2>/dev/null || true; done; done
}

if ((${#services[@]} == 0)); then
    if [[ $verb == up ]]; then services=(rabbitmq postgres s3)
    else for service in rabbitmq postgres s3; do [[ ! -d $dir/$service ]] || services+=("$service"); done; fi
fi
if ((${#services[@]} == 0)) && [[ $verb != status ]]; then
    [[ $verb != down ]] || exit 0
    die "$dir: nothing was started there; use up first"
fi

case $verb in
    up)
        missing=0
        for service in "${services[@]}"; do call need "$service" || missing=1; done
        ((missing == 0)) || exit 3
        prepare
        for service in "${services[@]}"; do call prepare "$service"; done
        mapfile -t all < <(units "${services[@]}")
        call_all start "${all[@]}" || exit 2
        write_environment
        [[ -z $watched ]] || watch_over "$watched"
        ;;
    down)
        mapfile -t all < <(units "${services[@]}")
        send_all CONT "${all[@]}"
        call_all stop "${all[@]}" || exit 2
        rabbitmq_forget_epmd
        [[ ! -f $dir/ports ]] || write_environment
        ;;
    restart)
        mapfile -t all < <(units "${services[@]}")
        send_all CONT "${all[@]}"
        call_all stop "${all[@]}" && read_settings && call_all start "${all[@]}" || exit 2
        write_environment
        ;;
    kill) mapfile -t all < <(units "${services[@]}"); send_all KILL "${all[@]}"; call_all gone "${all[@]}" ;;
    freeze) mapfile -t all < <(units "${services[@]}"); send_all STOP "${all[@]}" ;;
    thaw) mapfile -t all < <(units "${services[@]}"); send_all CONT "${all[@]}" ;;
    status) ;;
esac
if [[ $verb == up || $verb == status ]]; then report; fi
