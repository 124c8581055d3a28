package io.grokgrid.compact;

import io.grokgrid.store.Damage;
import io.grokgrid.store.FileCheck;
import io.grokgrid.store.NamedByContent;
import io.grokgrid.store.Replacement;
import io.grokgrid.store.Replacements;
import io.grokgrid.store.StoreFiles;
import io.grokgrid.store.Unwritable;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.GroupWriter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Makes of some files of one folder one, row by row as Parquet has them, so that every column is as
 * it was, those too that this version does not know; and reads it again. Files of other columns
 * than others make one of their own.
 */
final class MergeFiles implements Function<MergeFiles.Batch, MergeFiles.Merged> {
  private static final long serialVersionUID = 1L;

  /**
   * Bytes of rows that readers take, and hold, at a time: Spark makes whole columns of them, nested
   * ones too.
   */
  private static final int ROW_GROUP = 16 << 20;

  /** Rows are large: look at the buffered size after every few, not after hundreds. */
  private static final int ROWS_A_LOOK = 4;

  /** What the writer says of itself. */
  private static final String OWN_KEY = ParquetWriter.OBJECT_MODEL_NAME_PROP;

  private final String root;
  private final String work;
  private final SerializableConfiguration hadoop;

  /**
   * Files that may become one.
   *
   * @param without of a file the rows that are left out, from 0
   */
  record Batch(ArrayList<String> files, Map<String, Set<Long>> without) implements Serializable {}

  /**
   * What was made of them.
   *
   * @param damages files that stay as they are
   */
  record Merged(ArrayList<Replacement> replacements, ArrayList<Damage> damages)
      implements Serializable {}

  /** What files that become one have in common. */
  private record Kind(MessageType schema, Map<String, String> extra, CompressionCodecName codec) {
    static Kind of(Path file, Configuration hadoop) throws IOException {
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
        ParquetMetadata footer = reader.getFooter();
        FileMetaData all = footer.getFileMetaData();
        Map<String, String> extra = new LinkedHashMap<>(all.getKeyValueMetaData());
        extra.remove(OWN_KEY);
        CompressionCodecName codec =
            footer.getBlocks().stream()
                .flatMap(group -> group.getColumns().stream())
                .map(column -> column.getCodec())
                .findFirst()
                .orElse(CompressionCodecName.SNAPPY);
        return new Kind(all.getSchema(), extra, codec);
      }
    }
  }

  MergeFiles(Path root, Path work, Configuration hadoop) {
    this.root = root.toString();
    this.work = work.toString();
    this.hadoop = new SerializableConfiguration(hadoop);
  }

  @Override
  public Merged call(Batch batch) throws IOException {
    Merged merged = new Merged(new ArrayList<>(), new ArrayList<>());
    Map<Kind, List<Path>> kinds = new LinkedHashMap<>();
    for (String name : batch.files) {
      Path file = new Path(name);
      Optional<Damage> damage = FileCheck.damage(file, hadoop.value());
      if (damage.isPresent()) {
        merged.damages.add(damage.get());
      } else {
        kinds.computeIfAbsent(Kind.of(file, hadoop.value()), none -> new ArrayList<>()).add(file);
      }
    }
    for (Map.Entry<Kind, List<Path>> kind : kinds.entrySet()) {
      List<Path> files = kind.getValue();
      if (files.size() > 1 || batch.without.containsKey(files.get(0).toString())) {
        try {
          merged.replacements.add(merge(kind.getKey(), files, batch.without));
        } catch (RuntimeException e) {
          // Parquet's own of what it cannot make rows of; what cannot be written is an IOException.
          files.forEach(file -> merged.damages.add(odd(file, e)));
        }
      }
    }
    return merged;
  }

  private static Damage odd(Path file, RuntimeException e) {
    String what = "cannot be put together with others: " + e.getMessage();
    return new Damage(StoreFiles.text(file), what, true, "verify says more");
  }

  private Replacement merge(Kind kind, List<Path> files, Map<String, Set<Long>> without)
      throws IOException {
    Path folder = files.get(0).getParent();
    Path made = new Path(new Path(work), Replacements.below(new Path(root), folder));
    Path beside = new Path(made, "." + UUID.randomUUID());
    FileSystem system = beside.getFileSystem(hadoop.value());
    RowDigest digest = new RowDigest();
    long rows = 0;
    try (Output output = new Output(writer(kind, beside), beside)) {
      for (Path file : files) {
        rows +=
            copy(file, without.get(file.toString()), output, new GroupWriter(digest, kind.schema));
      }
    }
    Replacement replacement = new Replacement("", new ArrayList<>(), new ArrayList<>());
    if (rows > 0) {
      requireSame(beside, kind, digest);
      String plain =
          "part-00000-%s-c000%s.parquet".formatted(UUID.randomUUID(), kind.codec.getExtension());
      String name = NamedByContent.name(plain, NamedByContent.digest(beside, hadoop.value()));
      if (!system.rename(beside, new Path(made, name))) {
        throw new IOException("cannot rename " + beside + " to " + name);
      }
      Path place = new Path(folder, name);
      replacement =
          new Replacement(
              Replacements.below(new Path(root), place), new ArrayList<>(), new ArrayList<>());
    } else {
      system.delete(beside, false);
    }
    for (Path file : files) {
      List<String> list =
          without.containsKey(file.toString()) ? replacement.removed() : replacement.replaced();
      list.add(Replacements.below(new Path(root), file));
    }
    return replacement;
  }

  private ParquetWriter<Group> writer(Kind kind, Path file) throws IOException {
    return ExampleParquetWriter.builder(HadoopOutputFile.fromPath(file, hadoop.value()))
        .withConf(hadoop.value())
        .withType(kind.schema)
        .withExtraMetaData(kind.extra)
        .withCompressionCodec(kind.codec)
        .withRowGroupSize((long) ROW_GROUP)
        .withMinRowCountForPageSizeCheck(ROWS_A_LOOK)
        .build();
  }

  /** A new file; where it cannot be written it says so, whatever Parquet makes of that. */
  private record Output(ParquetWriter<Group> writer, Path file) implements AutoCloseable {
    void write(Group row) throws IOException {
      try {
        writer.write(row);
      } catch (IOException | RuntimeException | FSError e) {
        throw unwritable(e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        writer.close();
      } catch (IOException | RuntimeException | FSError e) {
        throw unwritable(e);
      }
    }

    private IOException unwritable(Throwable thrown) {
      for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
        if (cause instanceof IOException || cause instanceof FSError) {
          return Unwritable.of(file, cause);
        }
      }
      throw (RuntimeException) thrown; // of a row that is odd
    }
  }

  private ParquetReader<Group> reader(Path file) throws IOException {
    return ParquetReader.builder(new GroupReadSupport(), file).withConf(hadoop.value()).build();
  }

  /** Returns how many rows were copied. */
  private long copy(Path file, @Nullable Set<Long> without, Output to, GroupWriter digest)
      throws IOException {
    long copied = 0;
    try (ParquetReader<Group> reader = reader(file)) {
      long index = 0;
      for (Group row = reader.read(); row != null; row = reader.read()) {
        if (without == null || !without.contains(index)) {
          to.write(row);
          digest.write(row);
          copied++;
        }
        index++;
      }
    }
    return copied;
  }

  private void requireSame(Path made, Kind kind, RowDigest written) throws IOException {
    RowDigest there = new RowDigest();
    GroupWriter digest = new GroupWriter(there, kind.schema);
    try (ParquetReader<Group> reader = reader(made)) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        digest.write(row);
      }
    }
    if (!there.text().equals(written.text())) {
      throw new IOException(
          "what is read back of %s is %s, not %s"
              .formatted(StoreFiles.text(made), there.text(), written.text()));
    }
  }
}
