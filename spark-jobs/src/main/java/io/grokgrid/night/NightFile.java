package io.grokgrid.night;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grokgrid.console.ExitCode;
import io.grokgrid.console.Format;
import io.grokgrid.sql.RefusedSql;
import io.grokgrid.store.Store;
import io.grokgrid.store.WholeFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The summary of a night, {@code OUT/nightly/DATE.json}; a second night of one date takes its
 * place.
 */
record NightFile(Path place, Map<String, Object> summary) {
  private static final String NAME = "[0-9]{4}-[0-9]{2}-[0-9]{2}\\.json";
  private static final int MOST_BYTES = 1 << 26;

  /** Puts it in its place, whole or not at all. */
  static Path write(
      Store store, String date, Map<String, @Nullable Object> summary, Configuration hadoop)
      throws IOException {
    Path place = new Path(folder(store), date + ".json");
    try (WholeFile file = new WholeFile(place.getFileSystem(hadoop), place)) {
      file.write(out -> out.write((Format.json(summary) + "\n").getBytes(UTF_8)));
      file.replace();
    }
    return place;
  }

  private static Path folder(Store store) {
    return new Path(store.root(), "nightly");
  }

  /**
   * The one of the latest date.
   *
   * @throws RefusedSql if it cannot be read as such
   */
  static Optional<NightFile> newest(Store store, Configuration hadoop) throws IOException {
    FileSystem files = folder(store).getFileSystem(hadoop);
    FileStatus[] all;
    try {
      all = files.listStatus(folder(store));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    Optional<Path> newest =
        Arrays.stream(all)
            .map(FileStatus::getPath)
            .filter(path -> path.getName().matches(NAME))
            .max(Comparator.comparing(Path::getName));
    return newest.isEmpty() ? Optional.empty() : Optional.of(read(files, newest.get()));
  }

  private static NightFile read(FileSystem files, Path place) throws IOException {
    try (InputStream in = files.open(place)) {
      NightFile file =
          new NightFile(
              place,
              new ObjectMapper().readValue(in.readNBytes(MOST_BYTES), new TypeReference<>() {}));
      if (file.summary.get("exit_code") instanceof Integer && file.endedAt() != null) {
        return file;
      }
    } catch (JsonProcessingException | DateTimeParseException e) {
      throw new RefusedSql(place + " is no summary of a night: " + e.getMessage());
    }
    throw new RefusedSql(place + " is no summary of a night: it has no exit_code");
  }

  /** When that night was over. */
  Instant endedAt() {
    return Instant.parse(String.valueOf(summary.get("ended_at")));
  }

  int exitCode() {
    return summary.get("exit_code") instanceof Integer code ? code : ExitCode.BROKEN;
  }
}
