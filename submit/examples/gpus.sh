#!/usr/bin/env bash
# Tells Spark which GPUs of this machine are its own, as spark.(worker|executor).resource.gpu.discoveryScript. Safe where
# several workers or executors share a machine, each other's or somebody else's: a GPU that has a compute process is left
# alone, one that is told stays taken until the process that asked, a worker or an executor, has ended, by kill -9 too.
#   GROKGRID_GPUS=N        how many (1): a worker's all, an executor's those of one task
#   CUDA_VISIBLE_DEVICES   the GPUs to choose from, by number or UUID; they are then told by their place in it, as CUDA does
#   GROKGRID_GPU_LOCKS     the folder with a lock a GPU (/tmp/grokgrid-gpus), the same for all on a machine
# CUDA counts as nvidia-smi does under CUDA_DEVICE_ORDER=PCI_BUS_ID. Needs nvidia-smi, flock, and tail with --pid.
set -euo pipefail

fail() {
  printf 'gpus.sh: %s\n' "$1" >&2
  exit 1
}

wanted=${GROKGRID_GPUS:-1}
[[ $wanted =~ ^[1-9][0-9]{0,3}$ ]] || fail "GROKGRID_GPUS must be a whole number of at least 1, was $wanted"
locks=${GROKGRID_GPU_LOCKS:-/tmp/grokgrid-gpus}
mkdir -p -m 1777 "$locks" 2>/dev/null || fail "GROKGRID_GPU_LOCKS must be a folder that can be made, was $locks"

# A line a GPU: its number, its UUID. What fails here says so itself.
here=$(nvidia-smi --query-gpu=index,uuid --format=csv,noheader,nounits) || fail 'nvidia-smi lists no GPUs'
busy=$(nvidia-smi --query-compute-apps=gpu_uuid --format=csv,noheader,nounits) || fail 'nvidia-smi lists no processes'

declare -A uuid_of=()
order=()
while IFS=', ' read -r index uuid; do
  [[ $index =~ ^[0-9]+$ ]] || continue
  uuid_of[$index]=$uuid
  order+=("$index")
done <<<"$here"

# The UUIDs to choose from, in the order in which CUDA counts them.
choice=()
if [[ -n ${CUDA_VISIBLE_DEVICES+set} ]]; then
  IFS=', ' read -r -a named <<<"$CUDA_VISIBLE_DEVICES" || true
  for name in "${named[@]}"; do
    if [[ $name == GPU-* ]]; then
      uuid=$(printf '%s\n' "${uuid_of[@]}" | grep -m 1 -F -- "$name") || break
    else
      uuid=${uuid_of[$name]:-}
    fi
    # CUDA too sees none from the first that is not there.
    [[ -n $uuid ]] || break
    choice+=("$uuid")
  done
else
  for index in "${order[@]}"; do choice+=("${uuid_of[$index]}"); done
fi

# Takes a lock until the process that asked has ended: its keeper inherits it.
take() { # UUID
  local lock=$locks/$1 held
  [[ -e $lock ]] || (umask 022 && : >>"$lock") || fail "a lock must be a file that can be made, was $lock"
  exec {held}<"$lock"
  if ! flock -n "$held"; then
    exec {held}<&-
    return 1
  fi
  setsid tail --pid="$PPID" -f /dev/null >/dev/null 2>&1 </dev/null &
  keepers+=($!)
  exec {held}<&-
}

keepers=() addresses='' found=0 why=''
for place in "${!choice[@]}"; do
  uuid=${choice[place]}
  if grep -qxF -- "$uuid" <<<"$busy"; then
    why+="; $uuid has a process"
  elif ! take "$uuid"; then
    why+="; $uuid is taken"
  else
    addresses+=",\"$place\""
    ((++found < wanted)) || break
  fi
done
if ((found < wanted)); then
  ((${#keepers[@]} == 0)) || kill "${keepers[@]}"
  fail "GROKGRID_GPUS is $wanted, but of ${#choice[@]} GPUs $found are free$why"
fi
printf '{"name": "gpu", "addresses": [%s]}\n' "${addresses#,}"
