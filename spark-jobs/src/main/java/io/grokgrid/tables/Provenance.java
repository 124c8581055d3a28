package io.grokgrid.tables;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where and by what a run was trained.
 *
 * @param host name of the machine
 * @param processor see {@link Processor}; rows from before it have none
 * @param device cpu, or gpu:N as used
 * @param gpuAddress what Spark assigned, if it did
 */
public record Provenance(
    String host, String processor, String device, @Nullable String gpuAddress, Versions versions)
    implements Serializable {
  public static String localHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress().getHostName();
    }
  }
}
