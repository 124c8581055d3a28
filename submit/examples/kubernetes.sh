#!/usr/bin/env bash
# A sweep on Kubernetes. Copy, fill in, run; SPARK_HOME is a Spark 4.1 (Scala 2.13) on this machine.
#   API=https://host:6443 IMAGE=NAME submit/examples/kubernetes.sh CONF OUT [options of sweep]
#   IMAGE                 a Spark 4.1 with Java 17, and a client of s3a or the like, if OUT needs one
#   MODE=cluster JAR=URI  the driver is a pod, too; JAR is grokgrid.jar where it finds it, such as local:///opt/grokgrid.jar in
#                         the image. In client mode executors fetch the jar from this driver, which they must reach by its name.
#   GROW=60s              executors come as there is work for them, and go when they had none for so long
#   GPUS=yes              one GPU a task
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# As submit/grokgrid has them: a small heap, vectors in registers.
java=(-XX:+UseSerialGC -XX:ObjectAlignmentInBytes=32 -XX:CompileCommand=quiet
  '-XX:CompileCommand=inline,io.grokgrid.math.Lanes::*' '-XX:CompileCommand=dontinline,io.grokgrid.math.Vectors::*'
  '-XX:CompileCommand=dontinline,io.grokgrid.math.LayerVectors::*' -Dai.djl.offline=true)

mode=${MODE:-client} # client: progress and results come to this terminal
settings=(
  --master "k8s://${API:?the address of the cluster}"
  --deploy-mode "$mode"
  --driver-memory 2g
  --conf spark.kubernetes.container.image="${IMAGE:?an image with Spark}"
  --conf spark.kubernetes.namespace=grokgrid
  --conf spark.kubernetes.authenticate.driver.serviceAccountName=grokgrid # of a driver that is a pod: it makes pods
  --conf spark.executor.cores=1            # one run at a time in each executor
  --conf spark.executor.memory=1g
  --conf spark.executor.memoryOverhead=2g  # PyTorch's memory is outside the Java heap
  --conf spark.executorEnv.OMP_NUM_THREADS=1
  --conf spark.executorEnv.ENGINE_CACHE_DIR="${ENGINE_CACHE_DIR:-/tmp/djl}"
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

# For `sweep { device = gpu }`; the script is in Spark's own images, and a pod sees the GPUs that are its own.
# PyTorch's CUDA libraries (torch 2.7.1, cu128) and libcudart.so must be in the image, the folders are examples.
gpus=(
  --conf spark.executor.resource.gpu.amount=1
  --conf spark.task.resource.gpu.amount=1
  --conf spark.executor.resource.gpu.vendor=nvidia.com
  --conf spark.executor.resource.gpu.discoveryScript=/opt/spark/examples/src/main/scripts/getGpusResources.sh
  --conf spark.executorEnv.CUDA_DEVICE_ORDER=PCI_BUS_ID
  --conf spark.executorEnv.PYTORCH_LIBRARY_PATH=/opt/torch/lib
  --conf spark.executorEnv.PYTORCH_FLAVOR=cu128
  --conf spark.executorEnv.LD_LIBRARY_PATH=/opt/cuda/lib64
)
[[ ${GPUS:-no} == yes ]] || gpus=()

conf=${1:?a configuration} jar=spark-jobs/target/grokgrid.jar
if [[ $mode == cluster ]]; then
  jar=${JAR:?in cluster mode: grokgrid.jar where the driver finds it, such as local:///opt/grokgrid.jar in the image}
  # The driver has no file of this machine: the configuration goes along whole, as text. A wrong one ends this here.
  text=$(submit/grokgrid plan "$conf" --resolved)
  conf="data:;base64,$(base64 -w 0 <<<"$text")"
fi

exec "$SPARK_HOME/bin/spark-submit" "${settings[@]}" "${executors[@]}" "${gpus[@]}" \
  --class io.grokgrid.cli.Main "$jar" \
  sweep "$conf" --out "${2:?a folder that all pods reach, such as s3a://bucket/grokgrid}" "${@:3}"
