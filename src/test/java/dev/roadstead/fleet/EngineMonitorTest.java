package dev.roadstead.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.fleet.Observation.Status;
import dev.roadstead.testing.ScriptedEngine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class EngineMonitorTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final ScriptedEngine engine = new ScriptedEngine("a");

    @Test
    void anEngineThatAnswersIsUp() {
        Observation seen = probed();
        assertThat(seen.status()).isEqualTo(Status.UP);
        assertThat(seen.latencyMs()).isEqualTo(2.0);
        assertThat(seen.lastError()).isNull();
        assertThat(seen.observedAt()).isEqualTo(NOW);
        assertThat(seen.description()).isNotNull();
    }

    @Test
    void anEngineThatCannotBeReachedIsDownAndSaysWhy() {
        engine.pinging(Mono.error(new EngineException.Unavailable("no socket", Evidence.NONE, null)));
        Observation seen = probed();
        assertThat(seen.status()).isEqualTo(Status.DOWN);
        assertThat(seen.lastError()).isEqualTo("no socket");
        assertThat(seen.latencyMs()).isNull();
    }

    @Test
    void anEngineThatNeverAnswersIsDownAfterItsPatience() {
        engine.patient(Duration.ofSeconds(7)).pinging(Mono.never()).describing(Mono.never());
        EngineMonitor monitor = monitor(engine);
        StepVerifier.withVirtualTime(() -> monitor.probe(engine))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(7))
                .thenAwait(Duration.ofSeconds(7))
                .assertNext(seen -> assertThat(seen.status()).isEqualTo(Status.DOWN))
                .verifyComplete();
    }

    @Test
    void anEngineThatRefusesTheGatewayIsUntrusted() {
        engine.pinging(Mono.error(new EngineException.Denied("ENGINE_DENIED", "certificate", Evidence.NONE)));
        assertThat(probed().status()).isEqualTo(Status.UNTRUSTED);
    }

    @Test
    void anEngineOfWhichOnlyPartAnswersIsDegraded() {
        engine.describing(Mono.error(new EngineException.Failed("ENGINE_FAILED", "500", Evidence.NONE, null)));
        assertThat(probed().status()).isEqualTo(Status.DEGRADED);
    }

    @Test
    void anEngineWhoseConnectionsAreAllInUseIsDegraded() {
        engine.pinging(Mono.error(busy()));
        assertThat(probed().status()).isEqualTo(Status.DEGRADED);
        engine.describing(Mono.error(busy()));
        assertThat(probed().status()).isEqualTo(Status.DEGRADED);
        engine.describing(Mono.error(new EngineException.Unavailable("no socket", Evidence.NONE, null)));
        assertThat(probed().status()).isEqualTo(Status.DOWN);
    }

    private static EngineException busy() {
        return new EngineException.Unavailable("ENGINE_BUSY", "all in use", Evidence.NONE, null);
    }

    @Test
    void whatAnEngineSaidOfItselfIsKeptWhileItIsDown() {
        EngineMonitor monitor = monitor(engine);
        StepVerifier.create(monitor.probe(engine)).expectNextCount(1).verifyComplete();
        EngineException gone = new EngineException.Unavailable("gone", Evidence.NONE, null);
        engine.pinging(Mono.error(gone)).describing(Mono.error(gone));
        StepVerifier.create(monitor.probe(engine))
                .assertNext(seen -> {
                    assertThat(seen.status()).isEqualTo(Status.DOWN);
                    assertThat(seen.description()).isNotNull();
                })
                .verifyComplete();
    }

    @Test
    void engineIsObservedAgainAndAgainAndASilentOneDelaysNoOther() {
        ScriptedEngine silent = new ScriptedEngine("b").pinging(Mono.never());
        try (EngineMonitor monitor = new EngineMonitor(
                new EngineRegistry(List.<Engine>of(silent, engine), null), Clock.systemUTC(), Duration.ofMillis(10))) {
            assertThat(monitor.last(engine.name())).isNull();
            monitor.start();
            await().until(() -> engine.descriptions() > 3);
            assertThat(monitor.last(engine.name())).isNotNull();
            assertThat(monitor.last(silent.name())).isNull();
            engine.pinging(Mono.error(new EngineException.Unavailable("gone", Evidence.NONE, null)));
            await().until(() -> isNow(monitor, Status.DOWN));
            engine.pinging(Mono.just(Duration.ofMillis(1)));
            await().until(() -> isNow(monitor, Status.UP));
        }
    }

    @Test
    void anEngineThatComesBackByDegreesIsToldToHaveRecovered() {
        EngineException gone = new EngineException.Unavailable("gone", Evidence.NONE, null);
        EngineException failing = new EngineException.Failed("ENGINE_FAILED", "500", Evidence.NONE, null);
        List<Instant> recovered = new ArrayList<>();
        Instant[] now = {NOW};
        InstantSource source = () -> now[0];
        EngineMonitor monitor = new EngineMonitor(
                new EngineRegistry(List.<Engine>of(engine), null),
                source.withZone(ZoneOffset.UTC),
                Duration.ofSeconds(10));
        Consumer<Instant> keep = recovered::add;
        Disposable listening = monitor.recoveries(engine.name()).subscribe(keep);

        engine.pinging(Mono.error(gone)).describing(Mono.error(gone));
        observe(monitor, Status.DOWN);
        now[0] = NOW.plusSeconds(10);
        observe(monitor, Status.DOWN);
        now[0] = NOW.plusSeconds(20);
        engine.pinging(Mono.just(Duration.ofMillis(1))).describing(Mono.error(failing));
        observe(monitor, Status.DEGRADED);
        assertThat(recovered).containsExactly(NOW.plusSeconds(10));
        engine.describing(new ScriptedEngine("b").describe());
        observe(monitor, Status.UP);
        assertThat(recovered).containsExactly(NOW.plusSeconds(10), NOW.plusSeconds(10));
        engine.describing(Mono.error(failing));
        observe(monitor, Status.DEGRADED);
        engine.describing(new ScriptedEngine("b").describe());
        observe(monitor, Status.UP);
        assertThat(recovered).as("it was not away again").hasSize(2);
        listening.dispose();
    }

    private void observe(EngineMonitor monitor, Status expected) {
        StepVerifier.create(monitor.probe(engine))
                .assertNext(seen -> assertThat(seen.status()).isEqualTo(expected))
                .verifyComplete();
    }

    @Test
    void nothingIsAskedAfterItWasClosed() {
        EngineMonitor monitor = new EngineMonitor(
                new EngineRegistry(List.<Engine>of(engine), null), Clock.systemUTC(), Duration.ofMillis(5));
        monitor.start();
        await().until(() -> engine.descriptions() > 0);
        monitor.close();
        int asked = engine.descriptions();
        await().during(Duration.ofMillis(100)).until(() -> engine.descriptions() <= asked + 1);
    }

    private boolean isNow(EngineMonitor monitor, Status status) {
        Observation seen = monitor.last(engine.name());
        return seen != null && seen.status() == status;
    }

    private Observation probed() {
        Observation[] seen = new Observation[1];
        StepVerifier.create(monitor(engine).probe(engine))
                .consumeNextWith(observation -> seen[0] = observation)
                .verifyComplete();
        return seen[0];
    }

    private static EngineMonitor monitor(Engine engine) {
        return new EngineMonitor(
                new EngineRegistry(List.of(engine), null), Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofSeconds(10));
    }
}
