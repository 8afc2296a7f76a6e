package dev.roadstead.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Capability.Support;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.image.PullSpec;
import dev.roadstead.testing.ScriptedEngine;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class GuardedEngineTest {
    private static final ContainerId ID = new ContainerId("c1");

    private final ScriptedEngine engine = new ScriptedEngine("a");
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final GuardedEngine guarded = new GuardedEngine(engine, meters);

    @Test
    void whatTheEngineCannotIsRefusedBeforeAnythingIsSent() {
        cannot(Capability.PAUSE);
        StepVerifier.create(guarded.containers().pause(ID)).verifyErrorSatisfies(failure -> {
            assertThat(failure).isInstanceOf(EngineException.Unsupported.class).hasMessageContaining("too old");
            assertThat(((EngineException) failure).evidence().engine()).isEqualTo("a");
        });
        verifyNoInteractions(engine.containers());
        assertThat(count("containers.pause", "unsupported")).isOne();
    }

    @Test
    void whatTheEngineCanIsCalledAndTimed() {
        when(engine.containers().pause(ID)).thenReturn(Mono.just(true));
        StepVerifier.create(guarded.containers().pause(ID)).expectNext(true).verifyComplete();
        assertThat(count("containers.pause", "success")).isOne();
    }

    @Test
    void theEngineIsAskedOnlyOnceWhatItCan() {
        when(engine.containers().pause(ID)).thenReturn(Mono.just(true));
        StepVerifier.create(guarded.containers().pause(ID).repeat(4))
                .expectNextCount(5)
                .verifyComplete();
        assertThat(engine.descriptions()).isOne();
    }

    @Test
    void anOperationThatNeedsNothingAsksNothing() {
        when(engine.containers().start(ID)).thenReturn(Mono.just(true));
        StepVerifier.create(guarded.containers().start(ID)).expectNext(true).verifyComplete();
        assertThat(engine.descriptions()).isZero();
    }

    @Test
    void theFacetsRequirementHoldsForItsOperationsUnlessTheyHaveTheirOwn() {
        cannot(Capability.IMAGES);
        when(engine.images().pull(any())).thenReturn(Flux.empty());
        StepVerifier.create(guarded.images().list()).verifyError(EngineException.Unsupported.class);
        StepVerifier.create(guarded.images().pull(Mockito.mock(PullSpec.class))).verifyComplete();
        assertThat(count("images.pull", "success")).isOne();
    }

    @Test
    void anUnknownEngineThatCannotBeReachedFailsWithThat() {
        engine.describing(Mono.error(new EngineException.Unavailable("no socket", Evidence.NONE, null)));
        StepVerifier.create(guarded.containers().pause(ID)).verifyError(EngineException.Unavailable.class);
        assertThat(count("containers.pause", "engine_unreachable")).isOne();
    }

    @Test
    void infoAndDiskUsageNeedTheirCapabilities() {
        cannot(Capability.INFO);
        StepVerifier.create(guarded.info()).verifyError(EngineException.Unsupported.class);
    }

    @Test
    void nothingIsCalledBeforeSomebodySubscribes() {
        guarded.containers().start(ID);
        verifyNoInteractions(engine.containers());
    }

    @Test
    void aFailureNamesItsEngineAndKeepsItsCode() {
        when(engine.containers().start(ID))
                .thenReturn(Mono.error(new EngineException.Conflict(
                        "PORT_IN_USE", "taken", new Evidence(null, 500, "bind failed", Map.of("port", 80)))));
        StepVerifier.create(guarded.containers().start(ID)).verifyErrorSatisfies(failure -> {
            assertThat(failure).isInstanceOf(EngineException.Conflict.class).hasMessage("taken");
            EngineException conflict = (EngineException) failure;
            assertThat(conflict.code()).isEqualTo("PORT_IN_USE");
            assertThat(conflict.evidence()).isEqualTo(new Evidence("a", 500, "bind failed", Map.of("port", 80)));
        });
        assertThat(count("containers.start", "conflict")).isOne();
    }

    @Test
    void anUnsupportedFailureKeepsItsSentence() {
        EngineException bare = new EngineException.Unsupported(Capability.HEALTHCHECK, "not there", Evidence.NONE);
        EngineException named = EngineNaming.named(bare, engine.name());
        assertThat(named).isInstanceOf(EngineException.Unsupported.class).hasMessage(bare.getMessage());
        assertThat(named.evidence().engine()).isEqualTo("a");
    }

    @Test
    void anAdapterThatThrowsFailsOnSubscription() {
        when(engine.containers().start(ID)).thenThrow(new IllegalStateException("bug"));
        StepVerifier.create(guarded.containers().start(ID)).verifyErrorMessage("bug");
        assertThat(count("containers.start", "internal_error")).isOne();
    }

    @Test
    void aStreamIsTimedToItsEnd() {
        AtomicInteger closed = new AtomicInteger();
        EngineStream<LogEntry> stream = new EngineStream<>(Flux.empty(), closed::incrementAndGet);
        when(engine.containers().logs(any(), any())).thenReturn(Mono.just(stream));
        EngineStream<LogEntry>[] got = opened();
        assertThat(meters.find("roadstead.engine.calls")
                        .tag("operation", "containers.logs")
                        .timers())
                .isEmpty();
        StepVerifier.create(got[0].items()).verifyComplete();
        got[0].close();
        assertThat(closed.get()).isOne();
        assertThat(count("containers.logs", "success")).isOne();
        assertThat(meters.find("roadstead.engine.calls")
                        .tag("operation", "containers.logs")
                        .timers())
                .hasSize(1);
    }

    @Test
    void aStreamThatBreaksOffNamesItsEngine() {
        Flux<LogEntry> broken = Flux.error(new EngineException.Failed("BROKE_OFF", "reset", Evidence.NONE, null));
        when(engine.containers().logs(any(), any())).thenReturn(Mono.just(new EngineStream<>(broken, () -> {})));
        StepVerifier.create(opened()[0].items())
                .verifyErrorSatisfies(failure -> assertThat(
                                ((EngineException) failure).evidence().engine())
                        .isEqualTo("a"));
        assertThat(count("containers.logs", "engine_error")).isOne();
    }

    @Test
    void aCallThatIsGivenUpIsCountedAsCancelled() {
        when(engine.containers().start(ID)).thenReturn(Mono.never());
        StepVerifier.create(guarded.containers().start(ID)).thenCancel().verify();
        assertThat(count("containers.start", "cancelled")).isOne();
    }

    private EngineStream<LogEntry>[] opened() {
        @SuppressWarnings({"unchecked", "rawtypes"})
        EngineStream<LogEntry>[] got = new EngineStream[1];
        StepVerifier.create(guarded.containers().logs(ID, Mockito.mock(LogQuery.class)))
                .consumeNextWith(stream -> got[0] = stream)
                .verifyComplete();
        return got;
    }

    private void cannot(Capability capability) {
        engine.describing(Mono.just(new EngineDescription(
                "1", "1", Capabilities.allNativeBut(Map.of(capability, Support.unsupported("too old"))))));
    }

    private long count(String operation, String outcome) {
        return meters.get("roadstead.engine.calls")
                .tags("engine", "a", "kind", "kleened", "operation", operation, "outcome", outcome)
                .timer()
                .count();
    }
}
