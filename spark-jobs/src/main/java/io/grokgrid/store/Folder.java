package io.grokgrid.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder, which is empty where it is not there. */
record Folder(FileSystem files, Path path) {
  static Folder of(Path path, Configuration hadoop) throws IOException {
    return new Folder(path.getFileSystem(hadoop), path);
  }

  List<FileStatus> list() throws IOException {
    try {
      return List.of(files.listStatus(path));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  List<String> names() throws IOException {
    return list().stream().map(file -> file.getPath().getName()).toList();
  }

  /** Makes an empty file, or none where its checksum, beside it, cannot be written. */
  void mark(String name) throws IOException {
    Path file = new Path(path, name);
    try {
      WholeFile.create(files, file).close();
    } catch (IOException | FSError e) {
      Unwritable unwritable = Unwritable.of(file, e);
      try {
        files.delete(file, false);
      } catch (IOException | FSError alsoNot) {
        unwritable.addSuppressed(alsoNot);
      }
      throw unwritable;
    }
  }

  /** A file that is to be written. */
  WholeFile file(String name) {
    return new WholeFile(files, new Path(path, name));
  }

  void delete(String name) throws IOException {
    files.delete(new Path(path, name), false);
  }

  /** Deletes the files of such names. */
  void deleteAll(Predicate<String> which) throws IOException {
    for (String name : names()) {
      if (which.test(name)) {
        delete(name);
      }
    }
  }
}
