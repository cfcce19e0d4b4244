# Sourced by dev-services.sh: RabbitMQ, one node or three. Ports: base+0..2 AMQP, base+3..5 between the nodes, base+6 their name server.

rabbitmq_bin=/usr/lib/rabbitmq/bin

rabbit_count() { [[ -f $dir/rabbit-nodes ]] && cat "$dir/rabbit-nodes" || echo 1; }

rabbitmq_need() { [[ -x $rabbitmq_bin/rabbitmq-server ]] || missing RabbitMQ rabbitmq-server; }

rabbitmq_port() { echo $(($(<"$dir/ports") + $1 - 1)); }

rabbitmq_pids() { pid_in "$dir/rabbitmq/n$1/pid"; }

rabbitmq_prepare() {
    local home=$dir/rabbitmq n
    mkdir -p "$home"
    [[ -f $home/.erlang.cookie ]] || { printf %s "$secret" >"$home/.erlang.cookie"; chmod 400 "$home/.erlang.cookie"; }
    for ((n = 1; n <= $(rabbit_count); n++)); do
        mkdir -p "$home/n$n"/{mnesia,log,config,schema}
        rabbitmq_config >"$home/n$n/rabbitmq.conf"
        # The tick lets a small consumer_timeout be kept to in tests; it is no key of rabbitmq.conf.
        echo '[{rabbit,[{channel_tick_interval,5000}]}].' >"$home/n$n/advanced.config"
        echo '[].' >"$home/n$n/enabled_plugins"
    done
    own rabbitmq "$home"
    # In the foreground, so that it is ours to stop; else the first node would leave one behind.
    [[ -n $(pid_in "$home/epmd.pid") ]] || launch rabbitmq "$home/epmd.pid" "$home/epmd.log" epmd -port $((base + 6)) -address 127.0.0.1
    until_true 10 answers $((base + 6)) || die "epmd does not answer on port $((base + 6)); is it taken? See $home/epmd.log"
}

rabbitmq_config() {
    local n
    cat <<END
default_user = farm
default_pass = $secret
log.console = false
log.file.level = info
vm_memory_high_watermark.absolute = 512MiB
disk_free_limit.absolute = 200MB
END
    (($(rabbit_count) > 1)) || return 0
    echo 'cluster_formation.peer_discovery_backend = classic_config'
    for ((n = 1; n <= $(rabbit_count); n++)); do echo "cluster_formation.classic_config.nodes.$n = sf$n@localhost"; done
    echo 'cluster_partition_handling = pause_minority'
}

rabbitmq_settings() {
    local node=$dir/rabbitmq/n$1 local_only='-kernel inet_dist_use_interface {127,0,0,1}'
    export HOME=$dir/rabbitmq LC_ALL=C.UTF-8
    export RABBITMQ_NODENAME=sf$1@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1
    export RABBITMQ_NODE_PORT=$((base + $1 - 1)) RABBITMQ_DIST_PORT=$((base + 2 + $1))
    export RABBITMQ_MNESIA_BASE=$node/mnesia RABBITMQ_LOG_BASE=$node/log RABBITMQ_PID_FILE=$node/pid
    export RABBITMQ_GENERATED_CONFIG_DIR=$node/config RABBITMQ_SCHEMA_DIR=$node/schema
    export RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_CONFIG_FILE=$node/rabbitmq.conf
    export RABBITMQ_ADVANCED_CONFIG_FILE=$node/advanced.config RABBITMQ_ENABLED_PLUGINS_FILE=$node/enabled_plugins
    export ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$((base + 6))
    export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="$local_only +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"
    export RABBITMQ_CTL_ERL_ARGS="$local_only +S 1:1"
}

rabbitmq_start() (
    [[ -z $(rabbitmq_pids "$1") ]] || exit 0
    rabbitmq_settings "$1"
    node=$dir/rabbitmq/n$1
    rm -f "$node/pid"
    # Not through Debian's wrapper in /usr/sbin, which goes by su and its own folders.
    launch rabbitmq "$node/launch.pid" "$node/out" "$rabbitmq_bin/rabbitmq-server"
    until_true 90 rabbitmq_settled "$1" && [[ -n $(rabbitmq_pids "$1") ]] && exit 0
    say "RabbitMQ node $1 does not get ready:"
    tail -n 5 "$node/out" >&2
    exit 1
)

# Ready, or dead. A node listens only when it is booted; where all nodes of a cluster start, that is when the others are there too.
rabbitmq_settled() { { [[ -n $(rabbitmq_pids "$1") ]] && answers "$(rabbitmq_port "$1")"; } || [[ -z $(pid_in "$dir/rabbitmq/n$1/launch.pid") ]]; }

rabbitmq_stop() { end "$(rabbitmq_pids "$1")" 20; }

rabbitmq_gone() { until_true 5 rabbitmq_is_gone "$1"; }

rabbitmq_is_gone() { [[ -z $(rabbitmq_pids "$1") ]]; }

rabbitmq_forget_epmd() {
    [[ -d $dir/rabbitmq ]] || return 0
    local n
    for n in 1 2 3; do [[ -z $(rabbitmq_pids $n) ]] || return 0; done
    end "$(pid_in "$dir/rabbitmq/epmd.pid")" 2
}

rabbitmq_environment() {
    local n hosts=() running=
    for ((n = 1; n <= $(rabbit_count); n++)); do
        hosts+=("127.0.0.1:$(rabbitmq_port $n)")
        running+=$(rabbitmq_pids $n)
    done
    [[ -n $running ]] || return 0
    local IFS=,
    printf "STYLEFARM_FABRIC='amqp://farm:%s@%s/'\n" "$secret" "${hosts[*]}"
}
