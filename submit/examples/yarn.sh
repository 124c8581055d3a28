#!/usr/bin/env bash
# A sweep on YARN. Copy, fill in, run; SPARK_HOME is the cluster's Spark 4.1 (Scala 2.13), HADOOP_CONF_DIR its configuration.
# mvn -B -DskipTests package makes the one jar to submit; Spark is not in it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

settings=(
  --master yarn
  --deploy-mode client                     # progress and results come to this terminal
  --driver-memory 2g
  --num-executors 20
  --executor-cores 1                       # one run at a time in each executor
  --executor-memory 1g
  --conf spark.executor.memoryOverhead=2g  # PyTorch's memory is outside the Java heap
  --conf spark.executorEnv.OMP_NUM_THREADS=1
  --conf spark.executorEnv.ENGINE_CACHE_DIR=/tmp/djl # the native library, unpacked once a node
  --conf spark.driver.defaultJavaOptions=-Dai.djl.offline=true
  --conf "spark.executor.defaultJavaOptions=-XX:ObjectAlignmentInBytes=32 -Dai.djl.offline=true"
  --conf spark.ui.showConsoleProgress=false
)

# One GPU a task, for `sweep { device = gpu }`: YARN must know the resource yarn.io/gpu; the script comes with Spark.
# PyTorch's CUDA libraries (torch 2.7.1, cu128) and libcudart.so must lie on every node, the folders are examples.
gpus=(
  --conf spark.executor.resource.gpu.amount=1
  --conf spark.task.resource.gpu.amount=1
  --conf spark.executor.resource.gpu.discoveryScript=./getGpusResources.sh
  --files "$SPARK_HOME/examples/src/main/scripts/getGpusResources.sh"
  --conf spark.executorEnv.PYTORCH_LIBRARY_PATH=/opt/torch/lib
  --conf spark.executorEnv.PYTORCH_FLAVOR=cu128
  --conf spark.executorEnv.LD_LIBRARY_PATH=/opt/cuda/lib64
)
[[ ${GPUS:-no} == yes ]] || gpus=()

exec "$SPARK_HOME/bin/spark-submit" "${settings[@]}" "${gpus[@]}" \
  --class io.grokgrid.cli.Main spark-jobs/target/grokgrid.jar \
  sweep "${1:?a configuration}" --out "${2:?a folder that all nodes reach, such as hdfs:///grokgrid}" "${@:3}"
