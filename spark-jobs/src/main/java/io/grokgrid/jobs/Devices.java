package io.grokgrid.jobs;

import ai.djl.Device;
import io.grokgrid.run.SweepSpec;
import io.grokgrid.tensor.Autograd;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.jspecify.annotations.Nullable;

/** Which device a task computes on: the only class that knows more of devices than their names. */
final class Devices {
  private static final String GPU = "gpu";

  private Devices() {}

  /**
   * A task's device.
   *
   * @param column cpu, or gpu:N
   * @param gpuAddress what Spark assigned to the task, whether or not it computes there; several
   *     are joined by commas
   */
  record Assigned(Device device, String column, @Nullable String gpuAddress) {}

  /**
   * The device of the calling task.
   *
   * @throws IllegalStateException if a GPU is asked for and there is none, or CUDA does not work
   */
  static Assigned assigned(SweepSpec.DeviceChoice wanted) {
    List<String> addresses = addresses();
    String shown = addresses.isEmpty() ? null : String.join(",", addresses);
    if (wanted != SweepSpec.DeviceChoice.CPU && shown != null && Autograd.cudaDevices() > 0) {
      String first = addresses.get(0);
      if (!first.matches("[0-9]{1,4}")) {
        throw new IllegalStateException(
            "a GPU's address must be a CUDA device's number, was " + first);
      }
      return new Assigned(Device.gpu(Integer.parseInt(first)), GPU + ":" + first, shown);
    }
    if (wanted == SweepSpec.DeviceChoice.GPU) {
      throw new IllegalStateException(unusable(shown));
    }
    return new Assigned(Device.cpu(), "cpu", shown);
  }

  /** Why a task cannot have the device that is wanted, or nothing. */
  static String problem(SweepSpec.DeviceChoice wanted) {
    try {
      assigned(wanted);
      return "";
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String unusable(@Nullable String address) {
    return address == null
        ? "sweep.device = gpu, but Spark assigned no GPU to the task; the master must offer the"
            + " resource gpu"
        : "sweep.device = gpu, and Spark assigned address "
            + address
            + ", but PyTorch finds no CUDA device; PYTORCH_LIBRARY_PATH must name a CUDA build of"
            + " libtorch, PYTORCH_FLAVOR its kind (cu128), and LD_LIBRARY_PATH lead to libcudart.so";
  }

  private static List<String> addresses() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpus =
        task == null ? null : task.resources().get(GPU).getOrElse(() -> null);
    return gpus == null ? List.of() : List.of(gpus.addresses());
  }
}
