package io.grokgrid.jobs;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;

/** Where stores are that are not on a local disk: the server runs in this very JVM. */
public final class Elsewhere implements AutoCloseable {
  /** Jars of Hadoop's S3 client, which a user has from {@code spark.jars.packages}. */
  private static final String CLIENT =
      "/(org/apache/hadoop/hadoop-aws|software/amazon|org/reactivestreams"
          + "|org/apache/httpcomponents|commons-logging|org/wildfly)/";

  private final String root;
  private final Map<String, String> settings;
  private final String client;
  private final AutoCloseable server;

  private Elsewhere(
      String root, Map<String, String> settings, String client, AutoCloseable server) {
    this.root = root;
    this.settings = settings;
    this.client = client;
    this.server = server;
  }

  /** Objects, with a client as a user has it but for the endpoint. */
  public static Elsewhere s3() throws Exception {
    BlobStore blobs =
        ContextBuilder.newBuilder("transient")
            .credentials("any", "any")
            .build(BlobStoreContext.class)
            .getBlobStore();
    blobs.createContainerInLocation(null, "bucket");
    S3Proxy server =
        S3Proxy.builder()
            .blobStore(blobs)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "access", "secret")
            .build();
    server.start();
    Map<String, String> settings = new TreeMap<>();
    settings.put("fs.s3a.endpoint", "http://127.0.0.1:" + server.getPort());
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.access.key", "access");
    settings.put("fs.s3a.secret.key", "secret");
    String jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> jar.matches(".*" + CLIENT + ".*"))
            .collect(Collectors.joining(File.pathSeparator));
    return new Elsewhere("s3a://bucket/", settings, jars, server::stop);
  }

  /** A cluster of one node. */
  static Elsewhere hdfs(Path folder) throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    MiniDFSCluster cluster = new MiniDFSCluster.Builder(hadoop).numDataNodes(1).build();
    return new Elsewhere(cluster.getURI() + "/", Map.of(), "", () -> cluster.shutdown(true));
  }

  /** The root of a store there. */
  public String store(String name) {
    return root + name;
  }

  /** Of a session that reaches it. */
  public Configuration hadoop() {
    Configuration hadoop = new Configuration();
    settings.forEach(hadoop::set);
    return hadoop;
  }

  /** What a command needs to reach it. */
  List<String> options() {
    List<String> options = new ArrayList<>();
    settings.forEach((name, value) -> options.addAll(setting("spark.hadoop." + name, value)));
    if (!client.isEmpty()) {
      options.addAll(setting("spark.driver.extraClassPath", client));
    }
    return options;
  }

  private static List<String> setting(String name, String value) {
    return List.of("--spark-conf", name + "=" + value);
  }

  /** All that a store holds, as local files. */
  StoreRows copy(String store, Path to) throws IOException {
    var from = new org.apache.hadoop.fs.Path(store);
    FileSystem files = from.getFileSystem(hadoop());
    if (files.exists(from)) {
      copy(files, files.getFileStatus(from), to);
    }
    return new StoreRows(to);
  }

  private static void copy(FileSystem files, FileStatus from, Path to) throws IOException {
    if (from.isDirectory()) {
      Files.createDirectories(to);
      for (FileStatus each : files.listStatus(from.getPath())) {
        copy(files, each, to.resolve(each.getPath().getName()));
      }
    } else {
      try (var in = files.open(from.getPath())) {
        Files.copy(in, to);
      }
    }
  }

  @Override
  public void close() throws Exception {
    server.close();
  }
}
