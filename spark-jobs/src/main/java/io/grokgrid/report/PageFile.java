package io.grokgrid.report;

import io.grokgrid.base.Check;
import io.grokgrid.page.Page;
import io.grokgrid.store.Store;
import io.grokgrid.store.WholeFile;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** Where a page goes, which is there whole or not at all. */
final class PageFile {
  private static final String OPTION = "--to";

  private final FileSystem files;
  private final Path place;

  private PageFile(FileSystem files, Path place) {
    this.files = files;
    this.place = place;
  }

  /**
   * A file on any Hadoop file system.
   *
   * @throws io.grokgrid.base.Refused if it is a folder, or cannot be written
   */
  static PageFile at(String place, Configuration hadoop) throws IOException {
    FileSystem files = new Path(place).getFileSystem(hadoop);
    Path path = files.makeQualified(new Path(place));
    boolean isFolder = files.exists(path) && files.getFileStatus(path).isDirectory();
    new Check().that(!isFolder, OPTION, "must be a file", place + " (a folder)").done();
    Optional<String> why = new Store(String.valueOf(path.getParent())).unwritable(hadoop);
    String was = place + why.map(" (%s)"::formatted).orElse("");
    new Check().that(why.isEmpty(), OPTION, "must be a file that can be written", was).done();
    return new PageFile(files, path);
  }

  /** Puts a page there, in place of what is there; no file of checksums beside it. */
  void write(Page page, Instant at, Store store) throws IOException {
    FileSystem plain = files instanceof LocalFileSystem local ? local.getRaw() : files;
    String from = store.qualified(files.getConf()).root();
    try (WholeFile file = new WholeFile(plain, place)) {
      file.write(out -> page.writeTo(out, at, from));
      file.replace();
    }
  }
}
