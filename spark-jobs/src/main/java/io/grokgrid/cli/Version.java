package io.grokgrid.cli;

import io.grokgrid.tables.Versions;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"grokgrid " + Versions.builtCode()};
  }
}
