#!/usr/bin/env bash
# A sweep on Kubernetes. Copy, fill in, run; SPARK_HOME is a Spark 4.1 (Scala 2.13) on this machine.
#   API=https://host:6443 IMAGE=a Spark 4.1 image with Java 17 (and an s3a or other client, if OUT needs one)
# In client mode executors fetch the application jar from this driver, which they must reach by its host name.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

settings=(
  --master "k8s://${API:?the address of the cluster}"
  --deploy-mode client
  --driver-memory 2g
  --conf spark.kubernetes.container.image="${IMAGE:?an image with Spark}"
  --conf spark.kubernetes.namespace=grokgrid
  --conf spark.executor.instances=20
  --conf spark.executor.cores=1            # one run at a time in each executor
  --conf spark.executor.memory=1g
  --conf spark.executor.memoryOverhead=2g  # PyTorch's memory is outside the Java heap
  --conf spark.executorEnv.OMP_NUM_THREADS=1
  --conf spark.executorEnv.ENGINE_CACHE_DIR=/tmp/djl
  --conf spark.driver.defaultJavaOptions=-Dai.djl.offline=true
  --conf "spark.executor.defaultJavaOptions=-XX:ObjectAlignmentInBytes=32 -Dai.djl.offline=true"
  --conf spark.ui.showConsoleProgress=false
)

# One GPU a task, for `sweep { device = gpu }`; the script is in Spark's own images.
# PyTorch's CUDA libraries (torch 2.7.1, cu128) and libcudart.so must be in the image, the folders are examples.
gpus=(
  --conf spark.executor.resource.gpu.amount=1
  --conf spark.task.resource.gpu.amount=1
  --conf spark.executor.resource.gpu.vendor=nvidia.com
  --conf spark.executor.resource.gpu.discoveryScript=/opt/spark/examples/src/main/scripts/getGpusResources.sh
  --conf spark.executorEnv.PYTORCH_LIBRARY_PATH=/opt/torch/lib
  --conf spark.executorEnv.PYTORCH_FLAVOR=cu128
  --conf spark.executorEnv.LD_LIBRARY_PATH=/opt/cuda/lib64
)
[[ ${GPUS:-no} == yes ]] || gpus=()

exec "$SPARK_HOME/bin/spark-submit" "${settings[@]}" "${gpus[@]}" \
  --class io.grokgrid.cli.Main spark-jobs/target/grokgrid.jar \
  sweep "${1:?a configuration}" --out "${2:?a folder that all pods reach, such as s3a://bucket/grokgrid}" "${@:3}"
