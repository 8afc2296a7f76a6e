package dev.roadstead.adapter.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class SimulatedScaleTest {
    private static final int MANY = 5_000;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final String COUNTER = "simulated-scale-test";

    private SimulatedEngine engine = SimulatedEngines.with("containers=" + MANY);

    @AfterEach
    void close() {
        engine.close().block();
        Schedulers.resetOnScheduleHook(COUNTER);
    }

    @Test
    void demonstrationContainersAreTheSameForTheSameSeed() {
        List<Container> first = list(Map.of());
        SimulatedEngine again = SimulatedEngines.with("containers=" + MANY);
        List<Container> second =
                Objects.requireNonNull(again.containers().list(Map.of()).block());
        again.close().block();

        assertThat(first).hasSize(MANY);
        assertThat(first.stream().map(Container::id))
                .containsExactlyElementsOf(second.stream().map(Container::id).toList());
        assertThat(first.stream().map(Container::name))
                .contains("web-1", "db-1000")
                .doesNotHaveDuplicates();
        assertThat(first.stream().map(container -> container.state().status()))
                .contains(
                        ContainerStatus.RUNNING,
                        ContainerStatus.STOPPED,
                        ContainerStatus.PAUSED,
                        ContainerStatus.CREATED);
    }

    @Test
    void labelsPickOneFamily() {
        assertThat(list(Map.of("app", "web"))).hasSize(MANY / 5);
    }

    @Test
    void idleContainersNeedNoTimersAndNoTasks() {
        AtomicLong tasks = new AtomicLong();
        count(tasks);
        engine.close().block();
        engine = SimulatedEngines.with("containers=" + MANY);

        for (int i = 0; i < 100; i++) {
            assertThat(list(Map.of())).hasSize(MANY);
        }

        assertThat(tasks).hasValue(0);
    }

    @Test
    void thousandsOfIdleContainersStartWithOneTaskEachAndThenRest() {
        ContainerSpec idle = ContainerSpec.of(
                "busybox:latest", List.of("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"));
        AtomicLong tasks = new AtomicLong();
        engine.close().block();
        engine = SimulatedEngines.with("");
        count(tasks);

        List<ContainerId> ids = Objects.requireNonNull(Flux.range(0, MANY)
                .concatMap(_ -> engine.containers().create(idle))
                .concatMap(id -> engine.containers().start(id).thenReturn(id))
                .collectList()
                .block(WAIT));
        // What is asked last is answered after all that was scheduled before.
        engine.containers().restart(ids.getLast(), Duration.ofSeconds(5)).block(WAIT);

        assertThat(list(Map.of()))
                .allSatisfy(container -> assertThat(container.state().status()).isEqualTo(ContainerStatus.RUNNING));
        assertThat(tasks.get()).isBetween((long) MANY, MANY + 20L);
    }

    /** Tasks of this engine and of who asks it; in the same process others may have theirs. */
    private static void count(AtomicLong tasks) {
        Thread asking = Thread.currentThread();
        Schedulers.onScheduleHook(COUNTER, task -> {
            if (Thread.currentThread().equals(asking)
                    || Thread.currentThread().getName().startsWith("simulated-simulated")) {
                tasks.incrementAndGet();
            }
            return task;
        });
    }

    @Test
    void aPrefixThatFitsSeveralIsAmbiguousAndTellsThem() {
        Map<String, Integer> prefixes = new HashMap<>();
        list(Map.of())
                .forEach(container -> prefixes.merge(container.id().value().substring(0, 4), 1, Integer::sum));
        String shared = prefixes.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();

        StepVerifier.create(engine.containers().find(shared))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(EngineException.Conflict.class);
                    assertThat(((EngineException) failure).code()).isEqualTo("AMBIGUOUS_ADDRESS");
                    assertThat((List<?>) ((EngineException) failure)
                                    .evidence()
                                    .details()
                                    .get("candidates"))
                            .hasSize(prefixes.getOrDefault(shared, 0));
                })
                .verify(WAIT);
    }

    @Test
    void aTickingContainerHasALogWithoutAnybodyWritingIt() {
        ContainerSpec spec =
                ContainerSpec.of("busybox:latest", List.of("tick", "0.02")).named(new ContainerName("ticker"));
        ContainerId id = Objects.requireNonNull(engine.containers().create(spec).block());
        engine.containers().start(id).block();

        StepVerifier.create(follow(id).map(entry -> new String(entry.data(), StandardCharsets.UTF_8)))
                .expectNext("tick 0\n", "tick 1\n", "tick 2\n")
                .then(() -> engine.containers().stop(id, Duration.ofSeconds(1)).block(WAIT))
                .thenConsumeWhile(_ -> true)
                .expectComplete()
                .verify(WAIT);
    }

    private Flux<LogEntry> follow(ContainerId id) {
        return Flux.usingWhen(
                engine.containers().logs(id, new LogQuery(true, null, null, null, true, true, false)),
                EngineStream::items,
                stream -> Mono.fromRunnable(stream::close));
    }

    private List<Container> list(Map<String, String> labels) {
        return Objects.requireNonNull(engine.containers().list(labels).block());
    }
}
