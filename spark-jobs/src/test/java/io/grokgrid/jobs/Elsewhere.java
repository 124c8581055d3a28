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
  private final Server server;

  /** What can go away for a while. */
  private interface Server {
    void stop() throws Exception;

    /** At the same address, with all that it held. */
    void startAgain() throws Exception;

    void end() throws Exception;
  }

  private Elsewhere(String root, Map<String, String> settings, String client, Server server) {
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
    Objects server = new Objects(blobs);
    // Hadoop keeps a file system a bucket: one of this name may be of a server that has ended.
    String bucket = "bucket-" + server.port;
    blobs.createContainerInLocation(null, bucket);
    Map<String, String> settings = new TreeMap<>();
    settings.put("fs.s3a.endpoint", "http://127.0.0.1:" + server.port);
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.access.key", "access");
    settings.put("fs.s3a.secret.key", "secret");
    String jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> jar.matches(".*" + CLIENT + ".*"))
            .collect(Collectors.joining(File.pathSeparator));
    return new Elsewhere("s3a://" + bucket + "/", settings, jars, server);
  }

  private static final class Objects implements Server {
    private final BlobStore blobs;
    private final int port;
    private S3Proxy server;

    Objects(BlobStore blobs) throws Exception {
      this.blobs = blobs;
      server = start(0);
      port = server.getPort();
    }

    private S3Proxy start(int port) throws Exception {
      S3Proxy proxy =
          S3Proxy.builder()
              .blobStore(blobs)
              .endpoint(URI.create("http://127.0.0.1:" + port))
              .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "access", "secret")
              .build();
      proxy.start();
      return proxy;
    }

    @Override
    public void stop() throws Exception {
      server.stop();
    }

    @Override
    public void startAgain() throws Exception {
      server = start(port);
    }

    @Override
    public void end() throws Exception {
      server.stop();
    }
  }

  /** A cluster of one node. */
  static Elsewhere hdfs(Path folder) throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.toString());
    MiniDFSCluster cluster = new MiniDFSCluster.Builder(hadoop).numDataNodes(1).build();
    return new Elsewhere(cluster.getURI() + "/", Map.of(), "", new Nodes(cluster));
  }

  private record Nodes(MiniDFSCluster cluster) implements Server {
    @Override
    public void stop() {
      cluster.shutdownNameNode(0);
    }

    @Override
    public void startAgain() throws IOException {
      cluster.restartNameNode(0);
    }

    @Override
    public void end() {
      cluster.shutdown(true);
    }
  }

  /** Nobody reaches it from now on. */
  void vanish() throws Exception {
    server.stop();
  }

  /** It is there again, as it was. */
  void appear() throws Exception {
    server.startAgain();
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

  /**
   * What a command needs to reach it.
   *
   * @param classes what its processes are to see besides
   */
  List<String> options(List<String> classes) {
    List<String> options = new ArrayList<>();
    settings.forEach((name, value) -> options.addAll(setting("spark.hadoop." + name, value)));
    List<String> all = new ArrayList<>(classes);
    if (!client.isEmpty()) {
      all.add(client);
    }
    options.addAll(classPath(all));
    return options;
  }

  /** Of the driver and of executors, before what they have by themselves. */
  static List<String> classPath(List<String> classes) {
    List<String> options = new ArrayList<>();
    if (!classes.isEmpty()) {
      String path = String.join(File.pathSeparator, classes);
      options.addAll(setting("spark.driver.extraClassPath", path));
      options.addAll(setting("spark.executor.extraClassPath", path));
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
    server.end();
  }
}
