package dev.roadstead.api.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.image.PullProgress;
import dev.roadstead.operation.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class PullOperationTest {
    private final List<Map<String, Object>> reports = new ArrayList<>();
    private final Progress progress = new Progress() {
        @Override
        public void report(Map<String, Object> facts) {
            reports.add(facts);
        }

        @Override
        public void resources(List<String> paths) {
            throw new AssertionError("not its business");
        }
    };

    @Test
    void addsUpAllLayers() {
        run(
                new PullProgress(null, "Pulling from library/busybox", null, null),
                new PullProgress("a1", "Downloading", 10L, 100L),
                new PullProgress("b2", "Downloading", 5L, 50L),
                new PullProgress("a1", "Downloading", 40L, 100L));

        assertThat(reports).hasSize(4);
        assertThat(reports.getFirst())
                .isEqualTo(Map.of(
                        "status", "Pulling from library/busybox", "layers", Map.of(), "current", 0L, "total", 0L));
        assertThat(reports.getLast())
                .isEqualTo(Map.of(
                        "status",
                        "Downloading",
                        "layers",
                        Map.of(
                                "a1", Map.of("status", "Downloading", "current", 40L, "total", 100L),
                                "b2", Map.of("status", "Downloading", "current", 5L, "total", 50L)),
                        "current",
                        45L,
                        "total",
                        150L));
    }

    @Test
    void aDoneLayerCountsWholeAlthoughTheEngineTellsNoSizesAnyMore() {
        run(
                new PullProgress("a1", "Downloading", 10L, 100L),
                new PullProgress("a1", "Verifying Checksum", null, null),
                new PullProgress("a1", "Download complete", null, null),
                new PullProgress("b2", "Already exists", null, null));

        assertThat(reports.get(1)).containsEntry("current", 10L).containsEntry("total", 100L);
        assertThat(reports.get(2)).containsEntry("current", 100L).containsEntry("total", 100L);
        assertThat(reports.get(3)).containsEntry("current", 100L).containsEntry("total", 100L);
    }

    @Test
    void aPullThatBreaksOffFails() {
        Flux<PullProgress> broken = Flux.just(new PullProgress("a1", "Downloading", 10L, 100L))
                .concatWith(Flux.error(new EngineException.Failed("PULL_FAILED", "broken off", Evidence.NONE, null)));

        StepVerifier.create(PullOperation.run(broken, progress)).verifyError(EngineException.Failed.class);
        assertThat(reports).hasSize(1);
    }

    @Test
    void cancellingReachesThePull() {
        TestPublisher<PullProgress> steps = TestPublisher.create();

        StepVerifier.create(PullOperation.run(steps.flux(), progress))
                .thenCancel()
                .verify();

        steps.assertCancelled();
    }

    private void run(PullProgress... steps) {
        StepVerifier.create(PullOperation.run(Flux.just(steps), progress)).verifyComplete();
    }
}
