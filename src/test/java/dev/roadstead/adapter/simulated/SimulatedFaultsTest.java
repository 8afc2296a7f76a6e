package dev.roadstead.adapter.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class SimulatedFaultsTest {
    private static final Duration WAIT = Duration.ofSeconds(10);

    private SimulatedEngine engine = SimulatedEngines.with("");

    @AfterEach
    void close() {
        engine.close().block();
    }

    @Test
    void aCallFailsAsToldUntilItIsHealed() {
        engine.faults().fail(SimulatedCall.CREATE, () -> denied("no"));

        StepVerifier.create(engine.containers().create(spec("true")))
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(EngineException.Denied.class)
                        .hasMessage("no"))
                .verify(WAIT);
        assertThat(engine.containers().list(Map.of()).block()).isEmpty();

        engine.faults().heal();
        assertThat(engine.containers().create(spec("true")).block()).isNotNull();
    }

    @Test
    void anEngineThatFailsAtAllFailsAtEverything() {
        engine.faults().failAll(() -> denied("all"));

        List<Mono<?>> calls = List.of(
                engine.ping(),
                engine.describe(),
                engine.info(),
                engine.containers().list(Map.of()),
                engine.images().list(),
                engine.volumes().list(),
                engine.networks().list());
        calls.forEach(call -> StepVerifier.create(call)
                .expectError(EngineException.Denied.class)
                .verify(WAIT));
    }

    @Test
    void aCallThatIsDelayedTakesLonger() {
        engine.faults().delay(SimulatedCall.PING, Duration.ofMillis(100));

        assertThat(engine.ping().block()).isGreaterThanOrEqualTo(Duration.ofMillis(95));
    }

    @Test
    void aCallThatHangsTimesOut() {
        engine.faults().hang(SimulatedCall.LIST);

        StepVerifier.withVirtualTime(() -> {
                    // The scheduler of an engine made now is the virtual one.
                    SimulatedEngine patient = SimulatedEngines.with("");
                    patient.faults().hang(SimulatedCall.LIST);
                    return patient.containers().list(Map.of());
                })
                .expectSubscription()
                .expectNoEvent(SimulatedEngines.REQUEST_TIMEOUT.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectError(EngineException.TimedOut.class)
                .verify(WAIT);
    }

    @Test
    void aCallThatHangsCanBeGivenUp() {
        engine.faults().hang(SimulatedCall.LIST);

        StepVerifier.create(engine.containers().list(Map.of()))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(50))
                .thenCancel()
                .verify(WAIT);
    }

    @Test
    void aLogBreaksOffAfterSoManyEntries() {
        ContainerId id = Objects.requireNonNull(engine.containers()
                .create(spec("echo one; echo two; echo three"))
                .block());
        engine.containers().start(id).block();
        engine.containers().await(id, WaitCondition.NOT_RUNNING).block(WAIT);
        engine.faults()
                .breakLogsAfter(2, () -> new EngineException.Failed("BROKEN_STREAM", "broken", Evidence.NONE, null));

        StepVerifier.create(Flux.usingWhen(
                        engine.containers().logs(id, LogQuery.ALL),
                        EngineStream::items,
                        stream -> Mono.fromRunnable(stream::close)))
                .expectNextCount(2)
                .expectError(EngineException.Failed.class)
                .verify(WAIT);
    }

    @Test
    void theUriMakesSomeCallsFailTheSameOnesForTheSameSeed() {
        assertThat(failures("fail=list:0.3&seed=5"))
                .isEqualTo(failures("fail=list:0.3&seed=5"))
                .contains(true, false);
        assertThat(failures("fail=list")).containsOnly(true);
        assertThat(failures("fail=all")).containsOnly(true);
        assertThat(failures("fail=create,start:0.5")).containsOnly(false);
    }

    @Test
    void theUriAddsLatencyToEveryCall() {
        engine.close().block();
        engine = SimulatedEngines.with("latency=60ms");

        assertThat(engine.ping().block()).isGreaterThanOrEqualTo(Duration.ofMillis(55));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "containers=-1",
                "containers=many",
                "latency=50",
                "latency=-5ms",
                "fail=lists",
                "fail=list:2",
                "fail=",
                "colour=blue"
            })
    void aWrongOptionIsRefusedByName(String option) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatedEngines.with(option))
                .withMessageContaining("expected");
    }

    @Test
    void aClosedEngineIsUnavailable() {
        engine.close().block();

        StepVerifier.create(engine.ping())
                .expectError(EngineException.Unavailable.class)
                .verify(WAIT);
    }

    private List<Boolean> failures(String options) {
        SimulatedEngine failing = SimulatedEngines.with(options);
        List<Boolean> failures = Objects.requireNonNull(Flux.range(0, 40)
                .concatMap(
                        _ -> failing.containers().list(Map.of()).map(_ -> false).onErrorReturn(true))
                .collectList()
                .block());
        failing.close().block();
        return failures;
    }

    private static EngineException denied(String message) {
        return new EngineException.Denied("ENGINE_DENIED", message, Evidence.NONE);
    }

    private static ContainerSpec spec(String script) {
        return ContainerSpec.of("busybox:latest", List.of("sh", "-c", script));
    }
}
