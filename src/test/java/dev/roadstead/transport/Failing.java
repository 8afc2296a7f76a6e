package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Checks how a call fails. */
final class Failing {
    private Failing() {}

    /** The call ends with this failure and this code, and the failure names the engine. */
    static void with(Class<? extends EngineException> type, String code, Publisher<?> call) {
        StepVerifier.create(Flux.from(call).thenMany(Flux.empty()))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(type);
                    EngineException named = (EngineException) failure;
                    assertThat(named.code()).as(named.getMessage()).isEqualTo(code);
                    assertThat(named.evidence().engine()).isEqualTo("scripted");
                    assertThat(named.getMessage()).contains("scripted");
                })
                .verify(TestSettings.LONG);
    }
}
