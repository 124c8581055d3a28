# shellcheck shell=bash
# submit/grokgrid cluster: a standalone Spark master and workers on this machine, loopback only.
# Sourced by submit/grokgrid.
#
# State, one folder: master.pid, master.url, secret, worker-N.pid, *.log, and worker-N/ with the executors' folders.

cluster_help() {
  cat <<'HELP'
Usage: submit/grokgrid cluster start [options] | stop | status

A standalone Spark master and workers on this machine, from the same jars as every command.

  start    starts them, waits until every worker has registered, prints the master's URL as the last line
  stop     ends workers, executors and master and removes their state
  status   prints the URL and one line a daemon; exit 1 unless all are alive

Options of start:
  --workers N   workers (1)
  --cores C     cores a worker offers (this machine's cores / N, at least 1)
  --memory M    memory a worker offers to executors, such as 512m or 4g (1g a core)
  --gpus G      imitated GPUs a worker offers, numbered across the cluster (0)

The state is kept in GROKGRID_CLUSTER_DIR, or below spark-jobs/target/cluster. Who connects must know a secret, fresh
with each start: this user's commands find it by the URL; other drivers set spark.authenticate=true and
spark.authenticate.secret to the content of the state's file `secret`.
HELP
}

count_of() { # OPTION VALUE LEAST
  [[ $2 =~ ^[0-9]{1,4}$ ]] && ((10#$2 >= $3)) || fail 2 "$1 must be a whole number of at least $3, was ${2:-empty}"
}

cluster() {
  local action=${1:-} argument
  for argument; do
    [[ $argument != -h && $argument != --help ]] || action=help
  done
  (($# == 0)) || shift
  state=${GROKGRID_CLUSTER_DIR:-}
  if [[ -z $state ]]; then
    work_folder cluster
    state=$folder
  fi
  [[ $state == /* ]] || state=$PWD/$state
  case $action in
    '' | help) cluster_help ;;
    start) cluster_start "$@" ;;
    stop | status)
      (($# == 0)) || fail 2 "cluster $action takes no options, was $1"
      "cluster_$action"
      ;;
    *) fail 2 "cluster must be followed by start, stop or status, was $action" ;;
  esac
}

# The daemon of a pid file, where it still is one of this cluster: numbers are given again after a restart.
alive() { # PID
  [[ -n $1 ]] && grep -qsFa -- "$state/" "/proc/$1/cmdline"
}

pid_of() { # DAEMON
  local pid=''
  [[ ! -f $state/$1.pid ]] || read -r pid <"$state/$1.pid" || true
  printf '%s' "$pid"
}

daemons() {
  local file name
  for file in "$state"/worker-*.pid "$state/master.pid"; do
    [[ -f $file ]] || continue
    name=${file##*/}
    printf '%s\n' "${name%.pid}"
  done
}

any_alive() {
  local name
  for name in $(daemons); do
    ! alive "$(pid_of "$name")" || return 0
  done
  return 1
}

# Executors, of workers that were killed too: a worker starts each in a folder of its own below the state.
executors() {
  local process folder
  for process in /proc/[0-9]*; do
    folder=$(readlink "$process/cwd" 2>/dev/null) || continue
    [[ $folder != "$state"/worker-*/* ]] || printf '%s\n' "${process##*/}"
  done
}

end() { # PID...   asks, waits, insists
  local pid
  for pid; do kill "$pid" 2>/dev/null || true; done
  for pid; do
    timeout 10 tail -s 0.1 --pid="$pid" -f /dev/null || kill -9 "$pid" 2>/dev/null || true
  done
}

cluster_start() {
  local workers=1 cores='' memory='' gpus=0
  while (($#)); do
    case $1 in
      --workers=* | --cores=* | --memory=* | --gpus=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      --workers | --cores | --memory | --gpus) (($# > 1)) || fail 2 "$1 needs a value" ;;
      *) fail 2 "unknown option of cluster start: $1 (see submit/grokgrid cluster --help)" ;;
    esac
    case $1 in
      --workers) workers=$2 ;;
      --cores) cores=$2 ;;
      --memory) memory=$2 ;;
      --gpus) gpus=$2 ;;
    esac
    shift 2
  done
  count_of --workers "$workers" 1
  [[ -n $cores ]] || cores=$((($(nproc) + workers - 1) / workers))
  count_of --cores "$cores" 1
  [[ -n $memory ]] || memory=${cores}g
  [[ $memory =~ ^[1-9][0-9]*[mMgG]$ ]] || fail 2 "--memory must be a size such as 512m or 4g, was $memory"
  count_of --gpus "$gpus" 0

  build
  find_spark
  if any_alive; then
    [[ ! -f $state/master.url ]] || printf '%s\n' "$(<"$state/master.url")" >&2
    fail 1 'a cluster is running already; submit/grokgrid cluster stop ends it'
  fi
  end_cluster
  mkdir -p "$state"
  # Nothing listens outside this machine, the web pages included; small heaps, for these only keep the books.
  export SPARK_LOCAL_IP=127.0.0.1 SPARK_DAEMON_MEMORY=512m
  trap 'end_cluster' EXIT
  trap 'exit 130' INT TERM HUP

  find_archive false
  export SPARK_DAEMON_JAVA_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1$shared ${SPARK_DAEMON_JAVA_OPTS:-}"

  local url worker
  # In files of this user's alone: what stands in a command line anybody can read.
  (umask 077 && head -c 32 /dev/urandom | base64 -w 0 >"$state/secret")
  (umask 077 && printf '%s\n' 'spark.master.rest.enabled false' "$(authentication)" >"$state/master.conf")
  start_daemon master org.apache.spark.deploy.master.Master \
    --host 127.0.0.1 --port 7077 --webui-port 0 --properties-file "$state/master.conf"
  await master 'I have been elected leader'
  url=$(grep -o -m1 'spark://127\.0\.0\.1:[0-9]*' "$state/master.log")
  for ((worker = 0; worker < workers; worker++)); do
    configure_worker "$worker" "$gpus"
    start_daemon "worker-$worker" org.apache.spark.deploy.worker.Worker \
      --host 127.0.0.1 --port 0 --webui-port 0 --cores "$cores" --memory "$memory" \
      --work-dir "$state/worker-$worker" --properties-file "$state/worker-$worker.conf" "$url"
  done
  for ((worker = 0; worker < workers; worker++)); do
    await "worker-$worker" 'Successfully registered with master'
  done
  trap - EXIT
  printf '%s\n' "$url" >"$state/master.url"
  known_clusters && printf '%s' "$state" >"$folder/${url##*:}"
  printf 'started a master and %s worker(s), each with cores: %s, memory: %s, GPUs: %s; state in %s\n' \
    "$workers" "$cores" "$memory" "$gpus" "$state" >&2
  printf '%s\n' "$url"
}

# Whoever may open the web pages, this machine's other users, can look but not kill.
authentication() {
  printf 'spark.ui.killEnabled false\nspark.authenticate true\nspark.authenticate.secret %s' "$(<"$state/secret")"
}

configure_worker() { # NUMBER GPUS
  local conf=$state/worker-$1.conf discovery=$state/worker-$1.gpus gpu addresses=''
  mkdir -p "$state/worker-$1"
  # Finished applications leave a copy of their jars and logs; an hour later they go.
  (umask 077 && printf '%s\n' 'spark.worker.cleanup.enabled true' 'spark.worker.cleanup.interval 600' \
    'spark.worker.cleanup.appDataTtl 3600' "$(authentication)" >"$conf")
  (($2 > 0)) || return 0
  for ((gpu = $1 * $2; gpu < ($1 + 1) * $2; gpu++)); do addresses+=",\"$gpu\""; done
  printf '#!/bin/sh\necho '\''{"name": "gpu", "addresses": [%s]}'\''\n' "${addresses#,}" >"$discovery"
  chmod +x "$discovery"
  printf '%s\n' "spark.worker.resource.gpu.amount $2" \
    "spark.worker.resource.gpu.discoveryScript $discovery" >>"$conf"
}

start_daemon() { # NAME CLASS ARGUMENT...
  local name=$1
  shift
  spark_command "$@"
  # A session of its own: Ctrl-C at a later command does not reach it.
  setsid nohup "${command[@]}" >"$state/$name.log" 2>&1 </dev/null &
  printf '%s\n' $! >"$state/$name.pid"
}

await() { # DAEMON TEXT   until the daemon's log says so
  local pid deadline=$((SECONDS + 60))
  pid=$(pid_of "$1")
  until grep -qsF -- "$2" "$state/$1.log"; do
    if ! kill -0 "$pid" 2>/dev/null || ((SECONDS > deadline)); then
      tail -n 20 "$state/$1.log" >&2
      fail 1 "$1 did not start; its log ends above"
    fi
    sleep 0.05
  done
}

# Ends whatever of the cluster is alive and removes its state: only files that start wrote.
end_cluster() {
  local name pid pids=()
  for name in $(daemons); do
    [[ $name != master ]] || continue
    pid=$(pid_of "$name")
    ! alive "$pid" || pids+=("$pid")
  done
  end "${pids[@]}"
  mapfile -t pids < <(executors)
  end "${pids[@]}"
  pid=$(pid_of master)
  ! alive "$pid" || end "$pid"
  for name in "$state"/worker-*.conf; do
    [[ -f $name ]] || continue
    rm -rf -- "${name%.conf}" "${name%.conf}".{pid,log,conf,gpus}
  done
  if [[ -f $state/master.url ]]; then
    known_clusters
    name=$(<"$state/master.url")
    rm -f -- "$folder/${name##*:}"
  fi
  rm -f -- "$state"/master.{pid,url,log,conf} "$state/secret"
  rmdir -- "$state" 2>/dev/null || true
}

cluster_stop() {
  if any_alive; then
    echo 'stopping the cluster ...' >&2
  else
    echo 'no cluster is running' >&2
  fi
  end_cluster
}

cluster_status() {
  local name pid word dead=()
  if [[ -z $(daemons) ]]; then
    echo 'no cluster is running' >&2
    return 1
  fi
  [[ ! -f $state/master.url ]] || printf '%s\n' "$(<"$state/master.url")"
  for name in $(daemons); do
    pid=$(pid_of "$name")
    word=alive
    alive "$pid" || {
      word=dead
      dead+=("$name")
    }
    printf '%-10s %8s  %s\n' "$name" "$pid" "$word"
  done
  ((${#dead[@]} == 0)) || fail 1 "the cluster is not whole, dead: ${dead[*]}; submit/grokgrid cluster stop, then start"
}
