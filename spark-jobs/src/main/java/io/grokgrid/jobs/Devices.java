package io.grokgrid.jobs;

import ai.djl.Device;
import io.grokgrid.experiment.SweepSpec;
import io.grokgrid.net.Autograd;
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
   * @param gpuAddress what Spark assigned to the task, whether or not it computes there
   */
  record Assigned(Device device, String column, @Nullable String gpuAddress) {}

  /**
   * The device of the calling task.
   *
   * @throws IllegalStateException if a GPU is asked for and there is none, or CUDA does not work
   */
  static Assigned assigned(SweepSpec.Device wanted) {
    String address = address();
    boolean cuda = wanted != SweepSpec.Device.CPU && address != null && Autograd.cudaDevices() > 0;
    if (cuda && address != null) {
      return new Assigned(Device.gpu(Integer.parseInt(address)), GPU + ":" + address, address);
    }
    if (wanted == SweepSpec.Device.GPU) {
      throw new IllegalStateException(unusable(address));
    }
    return new Assigned(Device.cpu(), "cpu", address);
  }

  /** Why a task cannot have the device that is wanted, or nothing. */
  static String problem(SweepSpec.Device wanted) {
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
            + " libtorch";
  }

  private static @Nullable String address() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpus =
        task == null ? null : task.resources().get(GPU).getOrElse(() -> null);
    return gpus == null || gpus.addresses().length == 0 ? null : gpus.addresses()[0];
  }
}
