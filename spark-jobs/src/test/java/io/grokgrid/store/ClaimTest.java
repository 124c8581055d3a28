package io.grokgrid.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grokgrid.config.PlannedRun;
import io.grokgrid.tables.Example;
import io.grokgrid.tables.Sparks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimTest {
  private final Configuration hadoop = new Configuration();
  private final AtomicInteger losses = new AtomicInteger();
  private final AtomicInteger cancellations = new AtomicInteger();
  private final Store store;
  private final Path file;

  ClaimTest(@TempDir Path folder) {
    store = new Store(folder.resolve("out").toString());
    file = folder.resolve("out/claim");
  }

  private Claim take(String command) throws IOException, Claim.Held {
    return Claim.take(
        store, hadoop, command, losses::incrementAndGet, cancellations::incrementAndGet);
  }

  @Test
  void isHeldByOneAtATime() throws Exception {
    try (Claim unused = take("sweep first")) {
      assertThatThrownBy(() -> take("sweep second"))
          .isInstanceOf(Claim.Held.class)
          .hasMessageStartingWith(
              "sweep first (process %d on ".formatted(ProcessHandle.current().pid()));
    }
    assertThat(file).doesNotExist();
    take("sweep second").close();
  }

  @Test
  void ofManyAtOnceOneGetsIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 50; round++) {
        if (round % 2 == 1) {
          leave(owner(Long.MAX_VALUE, "elsewhere no more", round)); // to be broken
        }
        List<Callable<Boolean>> takers =
            IntStream.range(0, 8).<Callable<Boolean>>mapToObj(i -> () -> isTaken(i)).toList();
        int taken = 0;
        for (Future<Boolean> each : threads.invokeAll(takers)) {
          taken += each.get() ? 1 : 0;
        }
        assertThat(taken).as("round %d", round).isEqualTo(1);
        Files.delete(file);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean isTaken(int i) throws IOException {
    try {
      take("sweep " + i); // never given back
      return true;
    } catch (Claim.Held e) {
      return false;
    }
  }

  private static Owner owner(long pid, String command, int token) {
    Owner here = Owner.of(command);
    return new Owner(
        here.host(), here.place(), pid, here.started(), here.since(), command, "token-" + token);
  }

  private void leave(Owner owner) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, owner.text());
  }

  @Test
  void aDeadProcessHoldsNothing() throws Exception {
    leave(owner(Long.MAX_VALUE, "sweep dead", 1));
    take("sweep next").close();
  }

  /** As where no process of a container waits for orphans. */
  @Test
  void aKilledProcessThatNobodyWaitedForHoldsNothing() throws Exception {
    // The shell becomes the program, which never waits for the shell's child.
    Process parent = new ProcessBuilder("sh", "-c", "sleep 0.1 & exec sleep 60").start();
    try {
      ProcessHandle child = child(parent);
      Owner here = Owner.of("sweep killed");
      Instant started = child.info().startInstant().orElseThrow();
      leave(new Owner(here.host(), here.place(), child.pid(), started, started, "killed", "token"));
      while (!Files.readString(Path.of("/proc/" + child.pid() + "/stat")).contains(") Z ")) {
        Thread.onSpinWait();
      }
      assertThat(child.isAlive()).isTrue();
      take("sweep next").close();
    } finally {
      parent.destroyForcibly();
    }
  }

  private static ProcessHandle child(Process parent) {
    while (true) {
      var child = parent.children().findFirst();
      if (child.isPresent()) {
        return child.get();
      }
      Thread.onSpinWait();
    }
  }

  /** Numbers of processes are given again. */
  @Test
  void anotherProcessOfTheSameNumberIsNotTheOwner() throws Exception {
    Owner here = Owner.of("sweep before the restart");
    leave(
        new Owner(
            here.host(), here.place(), here.pid(), Instant.EPOCH, Instant.EPOCH, "old", "token"));
    take("sweep next").close();
  }

  /** The machine's clock tells when it was started, and so when its processes were. */
  @Test
  void aLivingProcessIsTheOwnerWhateverTheClockIsSetTo() throws Exception {
    Owner here = Owner.of("sweep since before that");
    assertThat(here.started()).isBefore(ProcessHandle.current().info().startInstant().get());
    for (Instant started :
        List.of(here.started(), ProcessHandle.current().info().startInstant().get())) {
      leave(
          new Owner(here.host(), here.place(), here.pid(), started, Instant.MAX, "sweep", "token"));
      assertThatThrownBy(() -> take("sweep next")).isInstanceOf(Claim.Held.class);
    }
  }

  @Test
  void onAnotherMachineOnlyTimeTells() throws Exception {
    Owner here = Owner.of("sweep far away");
    leave(new Owner("other", "other", 1, here.started(), here.since(), "sweep far away", "token"));
    assertThatThrownBy(() -> take("sweep next"))
        .isInstanceOf(Claim.Held.class)
        .hasMessageContaining("process 1 on other) since");
    Files.setLastModifiedTime(
        file, FileTime.from(Instant.now().minus(Claim.EXPIRY).minusSeconds(10)));
    take("sweep next").close();
  }

  @Test
  void whatCannotBeReadIsSomebodysUntilItExpires() throws Exception {
    Files.createDirectories(file.getParent());
    for (String text : List.of("", "pid = many", "\\u12", "\0\0\0")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> take("sweep next"))
          .isInstanceOf(Claim.Held.class)
          .hasMessageContaining("cannot be read");
    }
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    take("sweep next").close();
  }

  @Test
  void whatCannotBeOpenedIsSaid() throws Exception {
    Files.createDirectories(file);
    assertThatThrownBy(() -> take("sweep next"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("claim is there but cannot be opened; delete it");
    Files.delete(file);
    Files.createSymbolicLink(file, file.resolveSibling("nowhere"));
    assertThatThrownBy(() -> take("sweep next")).hasMessageContaining("cannot be opened");
  }

  @Test
  void anOwnerIsToldThatAnotherTookIt() throws Exception {
    Claim claim = take("sweep suspended");
    claim.renew();
    assertThat(losses).hasValue(0);
    leave(owner(1, "sweep of another", 2));
    claim.renew();
    claim.renew();
    assertThat(losses).hasValue(1);
    assertThat(claim.isLost()).isTrue();
    claim.close();
    assertThat(file).content().contains("sweep of another");
  }

  /**
   * A driver that was given up for dead, and its executors, change nothing of their successor's.
   */
  @Test
  void whatALoserSentOutWritesNothing() throws Exception {
    PlannedRun run = Example.study().runs().get(0);
    Claim claim = take("sweep suspended");
    Store held = claim.held(store);
    SavedRuns saved = new SavedRuns(held, hadoop);
    Checkpoints checkpoints = new Checkpoints(held, run.id(), hadoop, false);
    checkpoints.keep(100, new byte[] {1});
    saved.forget(List.of());
    leave(owner(1, "sweep of another", 2));
    for (ThrowableAssert.ThrowingCallable each :
        List.<ThrowableAssert.ThrowingCallable>of(
            () -> saved.forget(List.of(run.id())),
            () -> checkpoints.begin(true),
            () -> checkpoints.keep(100, new byte[] {2}),
            () -> Example.append(held, 1, Example.result(run, 300)))) {
      assertThatThrownBy(each)
          .hasRootCauseInstanceOf(Claim.Lost.class)
          .rootCause()
          .hasMessageContaining("is no longer this sweep's but sweep of another (process 1 on ");
    }
    assertThat(file.resolveSibling("checkpoints/" + run.id() + "/step-00000100.safetensors"))
        .hasBinaryContent(new byte[] {1});
    assertThat(store.finished(Sparks.session()).runs()).isEmpty();
    claim.close();
  }

  /** Of one process, which can be told so once; a wish that came too late ends no other. */
  @Test
  void anOwnerIsToldThatItIsToEnd() throws Exception {
    assertThat(Cancellation.ask(store, hadoop)).isEmpty();
    Path wish = file.resolveSibling("claim.cancel");
    Claim first = take("sweep first");
    first.look();
    assertThat(cancellations).hasValue(0);
    Cancellation asked = Cancellation.ask(store, hadoop).orElseThrow();
    assertThat(asked.holder()).startsWith("sweep first (process ");
    assertThat(asked.state()).isEqualTo(Cancellation.State.ASKED);
    first.look();
    first.look();
    assertThat(cancellations).hasValue(1);
    assertThat(asked.state()).isEqualTo(Cancellation.State.SEEN);
    Cancellation late = Cancellation.ask(store, hadoop).orElseThrow();
    first.close();
    assertThat(asked.state()).isEqualTo(Cancellation.State.ENDED);
    Claim second = take("sweep second");
    assertThat(late.state()).isEqualTo(Cancellation.State.ENDED);
    assertThat(wish).exists();
    second.look();
    assertThat(cancellations).hasValue(1);
    assertThat(wish).doesNotExist();
    second.close();
  }

  @Test
  void whoIsGoneIsNotAskedToEnd() throws Exception {
    leave(owner(Long.MAX_VALUE, "sweep dead", 1));
    assertThat(Cancellation.ask(store, hadoop)).isEmpty();
    Owner here = Owner.of("sweep far away");
    leave(new Owner("other", "other", 1, here.started(), here.since(), "sweep far away", "token"));
    Cancellation asked = Cancellation.ask(store, hadoop).orElseThrow();
    assertThat(asked.state()).isEqualTo(Cancellation.State.ASKED);
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    assertThat(asked.state()).isEqualTo(Cancellation.State.EXPIRED);
    Files.writeString(file, "half");
    assertThatThrownBy(() -> Cancellation.ask(store, hadoop))
        .isInstanceOf(BrokenStore.class)
        .hasMessageEndingWith("claim does not say who holds the store");
  }
}
