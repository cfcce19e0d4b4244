# Sourced by dev-services.sh: OpenStack Swift with s3api, one process for each part. Ports: base+8 the S3 API, base+9..11 behind it.
# It refuses conditional puts, aws-chunked uploads and deleting many at once: what passes here needs little of a service.

s3_parts=(account container object proxy)

s3_need() {
    local part
    for part in "${s3_parts[@]}"; do
        command -v "swift-$part-server" >/dev/null ||
            { missing 'the S3 service (OpenStack Swift)' 'swift-proxy swift-account swift-container swift-object'; return 1; }
    done
}

s3_port() { echo $(($(<"$dir/ports") + 8)); }

s3_pids() { local part; for part in proxy object container account; do pid_in "$dir/s3/$part.pid"; done; }

s3_user() { if ((EUID == 0)); then echo swift; else id -un; fi; }

s3_prepare() {
    local home=$dir/s3 part port=$((base + 8))
    mkdir -p "$home"/{etc,devices/d1,cache}
    [[ -f $home/etc/swift.conf ]] ||
        printf '[swift-hash]\nswift_hash_path_suffix = %s\nswift_hash_path_prefix = %s\n[storage-policy:0]\nname = one\ndefault = yes\n' \
            "${secret:0:16}" "${secret:16}" >"$home/etc/swift.conf"
    for part in account container object; do
        port=$((port + 1))
        s3_part_config "$part" $port >"$home/etc/$part.conf"
    done
    [[ -f $home/etc/object.ring.gz ]] || /usr/bin/python3 "$here/make-rings.py" "$home/etc" $((base + 9)) >"$home/rings.log" 2>&1 ||
        { tail -n 3 "$home/rings.log" >&2; die "Swift's rings could not be made"; }
    s3_proxy_config >"$home/etc/proxy.conf"
    chmod 600 "$home/etc/proxy.conf"
    own swift "$home"
}

s3_common_config() {
    cat <<END
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $1
workers = 0
user = $(s3_user)
swift_dir = $dir/s3/etc
log_address = /dev/null
END
}

s3_part_config() {
    s3_common_config "$2"
    cat <<END
devices = $dir/s3/devices
mount_check = false
fallocate_reserve = 0
disable_fallocate = true
[pipeline:main]
pipeline = $1-server
[app:$1-server]
use = egg:swift#$1
recon_cache_path = $dir/s3/cache
END
}

# The user farm:guest may do nothing but what a bucket allows to all.
s3_proxy_config() {
    s3_common_config $((base + 8))
    cat <<END
[pipeline:main]
pipeline = catch_errors healthcheck cache listing_formats bulk s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:tempauth]
use = egg:swift#tempauth
user_farm_render = $secret .admin .reseller_admin
user_farm_guest = $secret
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
check_bucket_owner = false
force_swift_request_proxy_log = false
END
    local filter
    for filter in catch_errors healthcheck listing_formats bulk copy slo dlo; do printf '[filter:%s]\nuse = egg:swift#%s\n' $filter $filter; done
}

s3_start() {
    local home=$dir/s3 part
    for part in "${s3_parts[@]}"; do
        [[ -n $(pid_in "$home/$part.pid") ]] || launch swift "$home/$part.pid" "$home/$part.log" "$(command -v "swift-$part-server")" "$home/etc/$part.conf"
    done
    if until_true 30 s3_settled && (($(s3_pids | wc -l) == 4)) &&
        S3_SECRET=$secret /usr/bin/python3 "$here/make-bucket.py" "http://127.0.0.1:$((base + 8))" farm:render stylefarm; then return 0; fi
    say "the S3 service does not get ready:"
    tail -qn 3 "$home"/*.log >&2
    return 1
}

s3_settled() {
    (($(s3_pids | wc -l) == 4)) || return 0
    local port
    for port in 8 9 10 11; do answers $((base + port)) || return 1; done
}

s3_stop() {
    local pid
    for pid in $(s3_pids); do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in $(s3_pids); do end "$pid" 5; done
}

s3_gone() { until_true 5 s3_is_gone; }

s3_is_gone() { [[ -z $(s3_pids) ]]; }

s3_environment() {
    [[ -n $(s3_pids) ]] || return 0
    printf "STYLEFARM_STORE='s3://stylefarm?endpoint=http://127.0.0.1:%s&region=us-east-1'\n" "$(s3_port)"
    printf "AWS_ACCESS_KEY_ID='farm:render'\nAWS_SECRET_ACCESS_KEY='%s'\n" "$secret"
}
