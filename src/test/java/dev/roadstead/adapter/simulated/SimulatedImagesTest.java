package dev.roadstead.adapter.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import dev.roadstead.image.Image;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.image.RegistryAuth;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The registries that a simulated engine pretends to reach. */
class SimulatedImagesTest {
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final SimulatedEngine engine = SimulatedEngines.with("");

    @AfterEach
    void close() {
        engine.close().block();
    }

    @Test
    void aPullTellsTheBytesOfEachLayer() {
        List<PullProgress> steps =
                Objects.requireNonNull(pull("nginx:1.29", null).collectList().block(WAIT));

        assertThat(steps)
                .filteredOn(step -> step.current() != null)
                .hasSizeGreaterThan(3)
                .allSatisfy(step -> {
                    assertThat(step.layer()).isNotNull();
                    assertThat(step.current()).isBetween(1L, step.total());
                });
        assertThat(steps)
                .filteredOn(step -> "Pull complete".equals(step.status()))
                .hasSize(3);
    }

    @Test
    void aPullThatIsGivenUpLeavesNothing() {
        StepVerifier.create(pull("nginx:1.29", null))
                .expectNextCount(2)
                .thenCancel()
                .verify(WAIT);

        StepVerifier.create(engine.images().inspect("nginx:1.29"))
                .expectError(EngineException.NotFound.class)
                .verify(WAIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nginx:1", "docker.io/library/nginx:1", "docker.io/nginx:1", "library/nginx:1"})
    void anImageOfTheUsualRegistryHasOneShortName(String reference) {
        pull(reference, null).blockLast(WAIT);

        assertThat(engine.images().inspect(reference).map(Image::tags).block()).containsExactly("nginx:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"registry.invalid/nginx:1", "somebody/missing:1", "missing-too", "unknown"})
    void whatNoRegistryHasIsNotFound(String reference) {
        StepVerifier.create(pull(reference, null))
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException.NotFound) failure).code()).isEqualTo("NO_SUCH_IMAGE"))
                .verify(WAIT);
    }

    @Test
    void aPrivateImageNeedsThePassword() {
        String reference = "ghcr.io/private/nginx:1";

        StepVerifier.create(pull(reference, new RegistryAuth("somebody", "wrong", null, null)))
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException.Denied) failure).code()).isEqualTo("REGISTRY_DENIED"))
                .verify(WAIT);

        pull(reference, new RegistryAuth("somebody", "simulated", null, null)).blockLast(WAIT);
        assertThat(engine.images().inspect(reference).block()).isNotNull();
    }

    private Flux<PullProgress> pull(String reference, @Nullable RegistryAuth auth) {
        return engine.images().pull(new PullSpec(ImageReference.parse(reference), null, auth));
    }
}
