#!/usr/bin/env bash
# A sweep on a standalone cluster. Copy, fill in, run; SPARK_HOME is the cluster's Spark 4.1 (Scala 2.13).
#   MASTER=spark://host:7077 submit/examples/standalone.sh CONF OUT [options of sweep]
#   MODE=cluster JAR=URI  the driver runs on a worker, too; JAR is grokgrid.jar where every worker finds it
#   GROW=60s              executors come as there is work for them, and go when they had none for so long
#   GPUS=yes              one GPU a task; a worker of N GPUs is started with GROKGRID_GPUS=N in its environment and the properties
#                         spark.worker.resource.gpu.amount=N, spark.worker.resource.gpu.discoveryScript=/PATH/gpus.sh
#   SETTINGS=FILE         more properties, such as a cluster's secret (spark.authenticate, .secret): in no command line
#   SPARK_LOCAL_IP        the address by which the workers reach this machine, where its name does not lead there
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# As submit/grokgrid has them: a small heap, vectors in registers.
java=(-XX:+UseSerialGC -XX:ObjectAlignmentInBytes=32 -XX:CompileCommand=quiet
  '-XX:CompileCommand=inline,io.grokgrid.math.Lanes::*' '-XX:CompileCommand=dontinline,io.grokgrid.math.Vectors::*'
  '-XX:CompileCommand=dontinline,io.grokgrid.math.LayerVectors::*' -Dai.djl.offline=true)

mode=${MODE:-client} # client: progress and results come to this terminal
settings=(
  --master "${MASTER:?the address of the cluster, such as spark://host:7077}"
  --deploy-mode "$mode"
  --driver-memory 2g
  --conf spark.executor.cores=1 # one run at a time in each executor
  # A worker counts this alone, but PyTorch's memory lies outside the Java heap: it may offer a third of its machine's.
  --conf spark.executor.memory=1g
  --conf spark.executorEnv.OMP_NUM_THREADS=1
  --conf spark.executorEnv.LC_ALL=C.UTF-8
  --conf spark.executorEnv.ENGINE_CACHE_DIR="${ENGINE_CACHE_DIR:-/tmp/djl}" # the native library, unpacked once a machine
  --conf spark.driver.defaultJavaOptions=-Dai.djl.offline=true
  --conf "spark.executor.defaultJavaOptions=${java[*]}"
  --conf spark.ui.showConsoleProgress=false
)
[[ -z ${SETTINGS:-} ]] || settings+=(--properties-file "$SETTINGS" --load-spark-defaults)

executors=(--conf spark.cores.max=20)
# Nothing is lost with one that goes: it is idle, and what it finished is in the store.
[[ -z ${GROW:-} ]] || executors+=(
  --conf spark.dynamicAllocation.enabled=true
  --conf spark.dynamicAllocation.shuffleTracking.enabled=true
  --conf spark.dynamicAllocation.executorIdleTimeout="$GROW"
)

# For `sweep { device = gpu }`. PyTorch's CUDA libraries (torch 2.7.1, cu128) and libcudart.so must lie on every machine, the
# folders are examples.
gpus=(
  --conf spark.executor.resource.gpu.amount=1
  --conf spark.task.resource.gpu.amount=1
  --conf spark.executorEnv.CUDA_DEVICE_ORDER=PCI_BUS_ID
  --conf spark.executorEnv.PYTORCH_LIBRARY_PATH=/opt/torch/lib
  --conf spark.executorEnv.PYTORCH_FLAVOR=cu128
  --conf spark.executorEnv.LD_LIBRARY_PATH=/opt/cuda/lib64
)
[[ ${GPUS:-no} == yes ]] || gpus=()

conf=${1:?a configuration} jar=spark-jobs/target/grokgrid.jar
if [[ $mode == cluster ]]; then
  jar=${JAR:?in cluster mode: grokgrid.jar where every worker finds it}
  # Spark gives this environment to the driver, whose address is its worker's.
  unset SPARK_LOCAL_IP
  # The driver has no file of this machine: the configuration goes along whole, as text. A wrong one ends this here.
  text=$(submit/grokgrid plan "$conf" --resolved)
  conf="data:;base64,$(base64 -w 0 <<<"$text")"
fi

exec "$SPARK_HOME/bin/spark-submit" "${settings[@]}" "${executors[@]}" "${gpus[@]}" \
  --class io.grokgrid.cli.Main "$jar" \
  sweep "$conf" --out "${2:?a folder that all machines reach, such as hdfs:///grokgrid}" "${@:3}"
