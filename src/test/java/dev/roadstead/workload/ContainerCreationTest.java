package dev.roadstead.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.roadstead.adapter.simulated.SimulatedCall;
import dev.roadstead.adapter.simulated.SimulatedEngine;
import dev.roadstead.adapter.simulated.SimulatedEngineFactory;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.workload.ContainerCreation.Outcome;
import dev.roadstead.workload.CreateCommand.Idempotency;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class ContainerCreationTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String PRESENT = "busybox:latest";
    private static final String ABSENT = "nginx:latest";

    private final SimulatedEngine one = engine("one");
    private final SimulatedEngine two = engine("two");
    private final ContainerCreation creation = gateway(one.name());

    @AfterEach
    void close() {
        get(one.close().thenReturn(true));
        get(two.close().thenReturn(true));
    }

    @Test
    void whatIsMadeBearsItsIdentityAndTags() {
        Outcome made = get(creation.create(command(PRESENT).tags("blue", "eu,1").build()));

        Container container = made.located().container();
        assertThat(made.created()).isTrue();
        assertThat(container.labels())
                .containsEntry(Labels.CUID, made.located().cuid().value())
                .containsEntry(Labels.TAGS, "blue,eu\\,1");
        assertThat(container.state().status()).isEqualTo(ContainerStatus.CREATED);
    }

    @Test
    void anAbsentImageIsPulledUnlessForbidden() {
        assertThat(get(creation.create(command(ABSENT).build())).created()).isTrue();
        assertThat(failure(command("httpd:latest").pull(PullPolicy.NEVER).build()))
                .isInstanceOfSatisfying(
                        EngineException.NotFound.class,
                        missing -> assertThat(missing.code()).isEqualTo("NO_SUCH_IMAGE"));
        assertThat(on(one)).hasSize(1);
    }

    @Test
    void aPresentImageIsPulledOnlyIfAlwaysIsAsked() {
        one.faults().fail(SimulatedCall.IMAGES_PULL, ContainerCreationTest::broken);

        assertThat(get(creation.create(command(PRESENT).build())).created()).isTrue();
        assertThat(failure(command(PRESENT).pull(PullPolicy.ALWAYS).build()))
                .isInstanceOf(EngineException.Failed.class);
        assertThat(on(one)).hasSize(1);
    }

    @Test
    void aStartThatFailsLeavesNothingAndTellsWhy() {
        one.faults().fail(SimulatedCall.START, ContainerCreationTest::broken);

        assertThat(failure(command(PRESENT).start().build()))
                .isInstanceOfSatisfying(
                        EngineException.Failed.class,
                        told -> assertThat(told.code()).isEqualTo("BROKEN"));
        assertThat(on(one)).isEmpty();
    }

    @Test
    void aStartThatFailsIsToldEvenIfNothingCanBeRemoved() {
        one.faults().fail(SimulatedCall.START, ContainerCreationTest::broken);
        one.faults().fail(SimulatedCall.REMOVE, () -> new EngineException.Unavailable("away", Evidence.NONE, null));

        assertThat(failure(command(PRESENT).start().build()))
                .isInstanceOf(EngineException.Failed.class)
                .satisfies(told -> assertThat(told.getSuppressed()).isNotEmpty());
    }

    @Test
    void whatHasBegunIsFinishedAlthoughTheCallerLeaves() {
        one.faults().delay(SimulatedCall.CREATE, Duration.ofMillis(100));
        Mono<Outcome> leaving = creation.create(command(PRESENT).start().build());

        Flux.from(leaving).timeout(Duration.ofMillis(20), Mono.empty()).blockLast(SOON);

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(on(one))
                        .singleElement()
                        .satisfies(container ->
                                assertThat(container.state().status()).isEqualTo(ContainerStatus.RUNNING)));
    }

    @Test
    void anAttemptThatIsGivenUpLeavesNothing() {
        one.faults().hang(SimulatedCall.START);
        Mono<Outcome> leaving = creation.attempt(command(PRESENT).start().build());
        Disposable running = leaving.subscribe();
        await().atMost(SOON).untilAsserted(() -> assertThat(on(one)).hasSize(1));

        running.dispose();

        await().atMost(SOON).untilAsserted(() -> assertThat(on(one)).isEmpty());
    }

    @Test
    void aContainerThatCannotBeShownAfterwardsIsGivenUp() {
        one.faults().fail(SimulatedCall.INSPECT, ContainerCreationTest::broken);

        assertThat(failure(command(PRESENT).build())).isInstanceOf(EngineException.Failed.class);
        assertThat(on(one)).isEmpty();
    }

    @Test
    void anEngineThatCannotHaveTheContainerIsNotWaitedFor() {
        two.faults().hang(SimulatedCall.LIST);

        Outcome made = get(creation.create(command(PRESENT).key("k", "r").build()));

        assertThat(made.created()).isTrue();
    }

    @Test
    void theSameCommandTwiceAtOnceMakesOneContainer() {
        one.faults().delay(SimulatedCall.CREATE, Duration.ofMillis(50));
        CreateCommand command = command(PRESENT).key("k", "r").build();

        List<Outcome> outcomes =
                get(Flux.range(0, 8).flatMap(i -> creation.create(command), 8).collectList());

        assertThat(outcomes).hasSize(8);
        assertThat(outcomes.stream().map(outcome -> outcome.located().cuid()).distinct())
                .hasSize(1);
        assertThat(on(one)).hasSize(1);
    }

    @Test
    void aRepeatedCommandFindsItsContainerAlsoAfterARestartOfTheGateway() {
        CreateCommand command = command(PRESENT).key("k", "r").build();
        Outcome first = get(creation.create(command));

        for (ContainerCreation gateway : List.of(creation, gateway(one.name()))) {
            Outcome again = get(gateway.create(command));
            assertThat(again.created()).isFalse();
            assertThat(again.located().cuid()).isEqualTo(first.located().cuid());
        }
        assertThat(on(one)).hasSize(1);
    }

    @Test
    void theSameKeyForAnotherRequestIsRefusedAlsoAfterARestart() {
        get(creation.create(command(PRESENT).key("k", "r").build()));

        for (ContainerCreation gateway : List.of(creation, gateway(one.name()))) {
            Throwable refused = catchThrowable(
                    () -> get(gateway.create(command(PRESENT).key("k", "other").build())));
            assertThat(refused)
                    .isInstanceOfSatisfying(
                            EngineException.Conflict.class,
                            told -> assertThat(told.code()).isEqualTo("IDEMPOTENCY_MISMATCH"));
        }
        assertThat(on(one)).hasSize(1);
    }

    @Test
    void aCommandThatFailedMayBeTriedAgain() {
        CreateCommand command = command(PRESENT).key("k", "r").build();
        one.faults().fail(SimulatedCall.CREATE, ContainerCreationTest::broken);
        assertThat(failure(command)).isInstanceOf(EngineException.Failed.class);
        one.faults().heal();

        assertThat(get(creation.create(command)).created()).isTrue();
    }

    @Test
    void anotherReplicaFinishesWhatWasCutOffBetweenCreateAndStart() {
        get(creation.create(command(PRESENT).key("k", "r").build()));

        Outcome finished = get(gateway(one.name())
                .create(command(PRESENT).key("k", "r").start().build()));

        assertThat(finished.created()).isFalse();
        assertThat(finished.located().container().state().status()).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    void nothingIsMadeTwiceWhileTheEngineCannotBeAsked() {
        one.faults().fail(SimulatedCall.LIST, () -> new EngineException.Unavailable("away", Evidence.NONE, null));

        assertThat(failure(command(PRESENT).key("k", "r").build())).isInstanceOf(EngineException.Unavailable.class);
        one.faults().heal();
        assertThat(on(one)).isEmpty();
    }

    @Test
    void aPlacedContainerGoesWhereTheFewestAre() {
        get(creation.create(command(PRESENT).build()));

        Outcome placed = get(creation.create(
                command(PRESENT).placed(new Placement(Set.of(), Set.of())).build()));

        assertThat(placed.located().engine().name()).isEqualTo(two.name());
    }

    @Test
    void aPlacementWithoutAnyEngineIsTheCallersFault() {
        Placement nowhere = new Placement(Set.of(), Set.of(EngineKind.LXD));

        assertThat(failure(command(PRESENT).placed(nowhere).build()))
                .isInstanceOfSatisfying(
                        EngineException.InvalidRequest.class,
                        told -> assertThat(told.code()).isEqualTo("NO_PLACE"));
    }

    @Test
    void aNamedEngineIsTaken() {
        Outcome made = get(creation.create(command(PRESENT).on("two").build()));

        assertThat(made.located().engine().name()).isEqualTo(two.name());
    }

    @Test
    void withoutADefaultTheEngineMustBeNamed() {
        Throwable refused =
                catchThrowable(() -> get(gateway(null).create(command(PRESENT).build())));

        assertThat(refused)
                .isInstanceOfSatisfying(
                        EngineException.InvalidRequest.class,
                        told -> assertThat(told.code()).isEqualTo("MISSING_ENGINE"));
    }

    private Throwable failure(CreateCommand command) {
        return catchThrowable(() -> get(creation.create(command)));
    }

    private ContainerCreation gateway(@Nullable EngineName standard) {
        EngineRegistry registry = new EngineRegistry(List.of(one, two), standard);
        return new ContainerCreation(registry, new Fleet(registry), new RegistryCredentials(Map.of()));
    }

    private static List<Container> on(SimulatedEngine engine) {
        return get(engine.containers().list(Map.of()));
    }

    private static <T> T get(Mono<T> answer) {
        return Objects.requireNonNull(answer.block(SOON));
    }

    private static EngineException broken() {
        return new EngineException.Failed("BROKEN", "it broke", Evidence.NONE, null);
    }

    private static SimulatedEngine engine(String name) {
        return new SimulatedEngineFactory()
                .create(new EngineSettings(
                        new EngineName(name),
                        EngineKind.SIMULATED,
                        URI.create("simulated:///"),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1),
                        64,
                        null));
    }

    private static Commands command(String image) {
        return new Commands(image);
    }

    /** Builds commands, of which each test cares for a part. */
    private static final class Commands {
        private final String image;
        private @Nullable String engine;
        private @Nullable Placement placement;
        private List<String> tags = List.of();
        private PullPolicy pull = PullPolicy.MISSING;
        private boolean start;
        private @Nullable Idempotency idempotency;

        Commands(String image) {
            this.image = image;
        }

        Commands on(String name) {
            engine = name;
            return this;
        }

        Commands placed(Placement where) {
            placement = where;
            return this;
        }

        Commands tags(String... all) {
            tags = List.of(all);
            return this;
        }

        Commands pull(PullPolicy policy) {
            pull = policy;
            return this;
        }

        Commands start() {
            start = true;
            return this;
        }

        Commands key(String key, String request) {
            idempotency = new Idempotency(key, request);
            return this;
        }

        CreateCommand build() {
            ContainerSpec spec = ContainerSpec.of(image, List.of("sleep", "60"));
            return new CreateCommand(engine, placement, spec, tags, pull, null, start, idempotency);
        }
    }
}
