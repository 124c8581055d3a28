package io.grokgrid.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The program's version: as git describes the code that was built. */
public final class Version implements IVersionProvider {
  private static final String RESOURCE = "/grokgrid-version.properties";

  /** {@code unknown} where the build knew nothing of git. */
  public static String code() throws IOException {
    Properties properties = new Properties();
    try (InputStream resource = Version.class.getResourceAsStream(RESOURCE)) {
      if (resource != null) {
        properties.load(resource);
      }
    }
    String code = properties.getProperty("code", "");
    return code.isEmpty() || code.startsWith("$") ? "unknown" : code;
  }

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {"grokgrid " + code()};
  }
}
