#!/usr/bin/env bash
# A sweep on YARN. Copy, fill in, run; SPARK_HOME is the cluster's Spark 4.1 (Scala 2.13), HADOOP_CONF_DIR its configuration.
#   submit/examples/yarn.sh CONF OUT [options of sweep]
#   MODE=cluster  the driver runs in the cluster, too
#   GROW=60s      executors come as there is work for them, and go when they had none for so long
#   GPUS=yes      one GPU a task
# mvn -B -DskipTests package makes the one jar to submit; Spark is not in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# As submit/grokgrid has them: a small heap, vectors in registers.
java=(-XX:+UseSerialGC -XX:ObjectAlignmentInBytes=32 -XX:CompileCommand=quiet
  '-XX:CompileCommand=inline,io.grokgrid.math.Lanes::*' '-XX:CompileCommand=dontinline,io.grokgrid.math.Vectors::*'
  '-XX:CompileCommand=dontinline,io.grokgrid.math.LayerVectors::*' -Dai.djl.offline=true)

mode=${MODE:-client} # client: progress and results come to this terminal
settings=(
  --master yarn
  --deploy-mode "$mode"
  --conf spark.yarn.maxAppAttempts=1       # a sweep that ended with 3 is complete: not again
  --driver-memory 2g
  --executor-cores 1                       # one run at a time in each executor
  --executor-memory 1g
  --conf spark.executor.memoryOverhead=2g  # PyTorch's memory is outside the Java heap
  --conf spark.executorEnv.OMP_NUM_THREADS=1
  --conf spark.executorEnv.ENGINE_CACHE_DIR="${ENGINE_CACHE_DIR:-/tmp/djl}" # the native library, unpacked once a node
  --conf spark.driver.defaultJavaOptions=-Dai.djl.offline=true
  --conf "spark.executor.defaultJavaOptions=${java[*]}"
  --conf spark.ui.showConsoleProgress=false
)

executors=(--conf spark.executor.instances=20)
# Nothing is lost with one that goes: it is idle, and what it finished is in the store.
[[ -z ${GROW:-} ]] || executors=(
  --conf spark.dynamicAllocation.enabled=true
  --conf spark.dynamicAllocation.shuffleTracking.enabled=true
  --conf spark.dynamicAllocation.executorIdleTimeout="$GROW"
  --conf spark.dynamicAllocation.maxExecutors=20
)

# For `sweep { device = gpu }`: YARN must know the resource yarn.io/gpu. Where it does not hide the GPUs of others, the script
# keeps executors of one node apart.
# PyTorch's CUDA libraries (torch 2.7.1, cu128) and libcudart.so must lie on every node, the folders are examples.
gpus=(
  --conf spark.executor.resource.gpu.amount=1
  --conf spark.task.resource.gpu.amount=1
  --conf spark.executor.resource.gpu.discoveryScript=./gpus.sh
  --files submit/examples/gpus.sh
  --conf spark.executorEnv.CUDA_DEVICE_ORDER=PCI_BUS_ID
  --conf spark.executorEnv.PYTORCH_LIBRARY_PATH=/opt/torch/lib
  --conf spark.executorEnv.PYTORCH_FLAVOR=cu128
  --conf spark.executorEnv.LD_LIBRARY_PATH=/opt/cuda/lib64
)
[[ ${GPUS:-no} == yes ]] || gpus=()

conf=${1:?a configuration}
if [[ $mode == cluster ]]; then
  # The driver has no file of this machine: the configuration goes along whole, as text. A wrong one ends this here.
  text=$(submit/grokgrid plan "$conf" --resolved)
  conf="data:;base64,$(base64 -w 0 <<<"$text")"
fi

exec "$SPARK_HOME/bin/spark-submit" "${settings[@]}" "${executors[@]}" "${gpus[@]}" \
  --class io.grokgrid.cli.Main spark-jobs/target/grokgrid.jar \
  sweep "$conf" --out "${2:?a folder that all nodes reach, such as hdfs:///grokgrid}" "${@:3}"
