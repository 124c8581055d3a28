package io.grokgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grokgrid.console.Format;
import io.grokgrid.jobs.StatusJob.Ended;
import io.grokgrid.jobs.StatusJob.InFlight;
import io.grokgrid.jobs.StatusJob.Status;
import io.grokgrid.store.SavedRuns.SavedState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusCommandTest {
  @Test
  void runsInFlightComeFirst() {
    Instant last = Instant.parse("2026-11-21T23:15:12.625Z");
    List<InFlight> inFlight =
        List.of(new InFlight("second", new SavedState("0123456789abcdef", 3000)));
    Status status =
        new Status(
            inFlight,
            true,
            List.of(
                new Ended("example", "failed", 2, last, "lost"),
                new Ended(null, "grokked", 1, null, null)),
            List.of());

    assertThat(StatusCommand.table(status).rows())
        .extracting(Format::json)
        .containsExactly(
            "[\"second\",\"in_flight\",1,null,\"0123456789abcdef, step 3000\"]",
            "[\"example\",\"failed\",2,\"2026-11-21T23:15:12.625Z\",\"lost\"]",
            "[null,\"grokked\",1,null,null]");
    Status left = new Status(inFlight, false, List.of(), List.of());
    assertThat(StatusCommand.table(left).rows())
        .extracting(row -> row.get(4))
        .containsExactly(
            "0123456789abcdef, step 3000, interrupted: the same sweep goes on with it");
  }
}
